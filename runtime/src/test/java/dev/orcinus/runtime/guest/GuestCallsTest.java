package dev.orcinus.runtime.guest;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.EntryConvention;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.ProgramStart;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Tests of the addresses that may be called, of the list of running calls, and of a guest that is
 * gone.
 */
final class GuestCallsTest {
    private static final GuestEnd END = new GuestEnd.Exited(3);

    private final FakeGuest guest = new FakeGuest();
    private final GuestRuntime runtime = new GuestRuntime(guest);
    private final GuestCalls calls = runtime.calls();
    private final ExecutorAddress library = guest.memory().pages(PAGE, MemProt.READ_EXEC).start();
    private final ExecutorAddress data = guest.memory().pages(PAGE, MemProt.READ_WRITE).start();

    private ExecutorAddress load(MemProt prot) throws AllocationException {
        ExecutorAddress base = runtime.memory().reserve(PAGE);
        InFlightAllocation allocation = runtime.memory().begin();
        allocation.addSegment(new AllocGroup(prot, MemLifetime.STANDARD), base, PAGE, 0);
        return allocation.finish(List.of());
    }

    private void assertRefused(ExecutorAddress address, Executable call) {
        NoCodeException e = assertThrows(NoCodeException.class, call);
        assertEquals(address, e.address());
        assertEquals("no executable memory at " + address, e.getMessage());
        assertEquals(List.of(), guest.invoker().takeRan(), "nothing has run");
    }

    @Test
    void codeOfTheSessionAndOfLibrariesMayBeCalled() throws Exception {
        guest.invoker().onCall(call -> call.a() + 1);
        for (ExecutorAddress code : List.of(load(MemProt.READ_EXEC), library, library.plus(8))) {
            assertEquals(8, calls.call(GuestCall.of(code, 7)).value());
        }
    }

    @Test
    void noKindOfCallEntersWhatIsNoCode() throws Exception {
        ExecutorAddress beyond = library.plus(PAGE);
        for (ExecutorAddress bad :
                List.of(data, load(MemProt.READ), beyond, ExecutorAddress.NULL)) {
            assertRefused(bad, () -> calls.call(GuestCall.of(bad)));
            assertRefused(bad, () -> calls.callAll(List.of(GuestCall.of(bad))));
            assertRefused(bad, () -> calls.callMain(bad, List.of("main")));
            assertRefused(bad, () -> calls.callWrapper(bad, MemorySegment.NULL));
        }
    }

    @Test
    void codeThatIsStillBeingFilledIsNone() throws Exception {
        ExecutorAddress base = runtime.memory().reserve(PAGE);
        InFlightAllocation allocation = runtime.memory().begin();
        allocation.addSegment(
                new AllocGroup(MemProt.READ_EXEC, MemLifetime.STANDARD), base, PAGE, 0);
        assertRefused(base, () -> calls.call(GuestCall.of(base)));
        allocation.finish(List.of());
        assertEquals(0, calls.call(GuestCall.of(base)).value());
    }

    @Test
    void codeThatIsGoneIsNone() throws Exception {
        ExecutorAddress code = load(MemProt.READ_EXEC);
        runtime.memory().deinitialize(List.of(code)).run();
        assertRefused(code, () -> calls.call(GuestCall.of(code)));
    }

    @Test
    void aListIsOneRequest() throws Exception {
        guest.invoker().onCall(GuestCall::a);
        List<GuestCall> three =
                List.of(
                        GuestCall.of(library, 1),
                        GuestCall.of(library, 2),
                        GuestCall.of(library, 3));
        assertEquals(List.of(1L, 2L, 3L), calls.callAll(three).value());
        assertEquals(1, guest.invoker().requests());
        assertEquals(List.of(), calls.callAll(List.of()).value());
        assertEquals(1, guest.invoker().requests(), "nothing is asked for");
    }

    @Test
    void ofAListWhatComesBeforeABadAddressRuns() {
        List<GuestCall> three =
                List.of(
                        GuestCall.of(library),
                        GuestCall.of(library.plus(1)),
                        GuestCall.of(data),
                        GuestCall.of(library.plus(2)));
        NoCodeException e = assertThrows(NoCodeException.class, () -> calls.callAll(three));
        assertEquals(data, e.address());
        assertEquals(List.of(library, library.plus(1)), guest.invoker().takeRan());
    }

    @Test
    void aCallIsKnownWhileItRuns() throws Exception {
        List<RunningCall> seen = new ArrayList<>();
        guest.invoker()
                .onCall(
                        call -> {
                            if (call.function().equals(library)) {
                                nested(library.plus(1));
                            } else {
                                seen.addAll(calls.running());
                            }
                            return 0L;
                        });
        long before = System.nanoTime();
        calls.call(GuestCall.of(library));
        assertEquals(
                List.of(library, library.plus(1)),
                seen.stream().map(RunningCall::function).toList(),
                "the outer one first");
        for (RunningCall call : seen) {
            assertEquals(Thread.currentThread(), call.thread());
            assertTrue(call.startNanos() >= before);
            assertFalse(call.elapsed().isNegative());
        }
        assertEquals(List.of(), calls.running());
    }

    private void nested(ExecutorAddress function) {
        try {
            calls.call(GuestCall.of(function));
        } catch (NoCodeException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCallThatThrowsRunsNoLonger() {
        guest.invoker()
                .onCall(
                        _ -> {
                            throw new IllegalStateException("bug");
                        });
        assertThrows(IllegalStateException.class, () -> calls.call(GuestCall.of(library)));
        assertEquals(List.of(), calls.running());
    }

    @Test
    void aGuestThatGoesDuringACallIsAValue() throws Exception {
        guest.invoker()
                .onCall(
                        _ -> {
                            guest.invoker().end(END);
                            return 0L;
                        });
        assertGone(calls.call(GuestCall.of(library)));
        assertGone(calls.callAll(List.of(GuestCall.of(library))));
        assertGone(calls.callMain(library, List.of()));
        assertGone(calls.callWrapper(library, MemorySegment.NULL));
        assertGone(calls.runAtExits(library));
        assertGone(calls.callAll(List.of(GuestCall.of(library), GuestCall.of(data))));
        assertEquals(List.of(), calls.running());
    }

    private static void assertGone(CallOutcome<?> outcome) {
        assertEquals(Optional.of(END), outcome.end());
    }

    @Test
    void aWrapperFunctionsResultComesBack() throws Exception {
        WrapperFunctionResult result = WrapperFunctionResult.of(new byte[] {1, 2});
        guest.invoker().onWrapper(_ -> result);
        assertEquals(result, calls.callWrapper(library, MemorySegment.NULL).value());
    }

    @Test
    void anInitializerGetsTheProgramsArgumentsAndEnvironment() {
        List<String> arguments = List.of("program", "-x");
        assertEquals(
                GuestCall.of(library),
                calls.initializer(library, arguments),
                "without arguments, if the guest cannot have them");
        ExecutorAddress argv = data.plus(0x40);
        guest.invoker().layOutAt(argv);
        ExecutorAddress envp = argv.plus(3 * 8); // two arguments and a null pointer
        assertEquals(
                new GuestCall(library, 2, argv.value(), envp.value(), 0, 0, 0),
                calls.initializer(library, arguments));
    }

    @Test
    void mainsResultComesBack() throws Exception {
        guest.invoker().onCall(call -> call.a() + 1);
        assertEquals(3, calls.callMain(library, List.of("program", "-x")).value());
    }

    private static ProgramStart program(
            ExecutorAddress entry, List<ExecutorAddress> before, List<ExecutorAddress> after) {
        return new ProgramStart(entry, EntryConvention.MAIN, List.of("program"), before, after);
    }

    @Test
    void aProgramIsKnownWhileItRunsAndItsEndComesBack() throws Exception {
        List<ExecutorAddress> seen = new ArrayList<>();
        guest.invoker()
                .onCall(
                        _ -> {
                            calls.running().forEach(call -> seen.add(call.function()));
                            guest.invoker().end(END);
                            return 0L;
                        });
        List<ExecutorAddress> others = List.of(library.plus(8));
        assertEquals(END, calls.runProgram(program(library, others, others)));
        assertEquals(List.of(library), seen);
        assertEquals(List.of(), calls.running());
    }

    @Test
    void aProgramRunsOnlyIfAllItsFunctionsAreCode() {
        List<ExecutorAddress> bad = List.of(library, data);
        assertRefused(data, () -> calls.runProgram(program(data, List.of(), List.of())));
        assertRefused(data, () -> calls.runProgram(program(library, bad, List.of())));
        assertRefused(data, () -> calls.runProgram(program(library, List.of(), bad)));
    }

    @Test
    void theStateOfAGuestProcessIsNotedBeforeItsCodeRuns() throws Exception {
        Checkpoints states =
                new Checkpoints(new ProcessStub().guest(), CheckpointOptions.DEFAULT, null);
        GuestCalls ofProcess = new GuestCalls(guest, runtime.memory(), states);
        guest.invoker().onCall(_ -> states.taken());
        states.hasFirstThread();
        states.begin();
        assertEquals(1, ofProcess.call(GuestCall.of(library)).value());
        states.end();
    }
}
