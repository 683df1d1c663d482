package dev.orcinus.loader.targets.local;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.observe.SymbolRange;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The local target with a guest that behaves like one in another process. */
final class LocalTargetTest {
    private final FakeGuest guest = new FakeGuest();
    private final LocalTarget target = new LocalTarget(guest);
    private final ExecutorAddress code = guest.memory().pages(PAGE, MemProt.READ_EXEC).start();
    private final ExecutorAddress data = guest.memory().pages(PAGE, MemProt.READ_WRITE).start();

    private TargetAllocation begin(AddressRange slab) {
        AllocGroup group = new AllocGroup(MemProt.READ_EXEC, MemLifetime.STANDARD);
        return target.begin(List.of(new SegmentPlan(group, slab.start(), 3, 3)));
    }

    @Test
    void contentIsFilledAndThenPublished() throws Exception {
        AddressRange slab = target.reserveLow(PAGE);
        TargetAllocation allocation = begin(slab);
        allocation.content(0).copyFrom(MemorySegment.ofArray(new byte[] {1, 2, 3}));
        allocation.finish(List.of()).await();
        assertEquals(MemProt.READ_EXEC, guest.memory().protAt(slab.start()));
        assertEquals(2, guest.memory().peek(slab)[1]);
        assertEquals(0, target.call(slab.start()), "it can be called");
        target.close();
    }

    @Test
    void whatIsNoCodeIsNotCalled() {
        String message = "no executable memory at " + data;
        assertFails(message, () -> target.call(data));
        assertFails(message, () -> target.callMain(data, List.of("main")));
        assertEquals(List.of(), guest.invoker().takeRan());
    }

    private static void assertFails(String message, Executable call) {
        assertEquals(message, assertThrows(TargetException.class, call).getMessage());
    }

    @Test
    void anActionThatIsNoCodeFailsTheAllocation() throws Exception {
        AddressRange slab = target.reserveLow(PAGE);
        TargetException e =
                assertThrows(
                        TargetException.class,
                        () ->
                                begin(slab)
                                        .finish(
                                                List.of(
                                                        new TargetAction.Pair(
                                                                new TargetAction.CallWrapper(data),
                                                                TargetAction.NONE))));
        assertTrue(e.getMessage().endsWith("no executable memory at " + data), e.getMessage());
        assertEquals(MemProt.READ_WRITE, guest.memory().protAt(slab.start()), "free again");
    }

    @Test
    void aGuestThatIsGoneIsSaidToBe() {
        guest.invoker().end(new GuestEnd.Crashed(11, new ExecutorAddress(0x10)));
        String message = "the guest crashed with signal 11 at " + new ExecutorAddress(0x10);
        assertFails(message, () -> target.call(code));
        assertFails(message, () -> target.callMain(code, List.of("main")));
    }

    /** Whoever waits for it hears of it. */
    @Test
    @Timeout(60)
    void anErrorOnTheThreadOfMain() {
        OutOfMemoryError error = new OutOfMemoryError("for a test");
        guest.invoker()
                .onCall(
                        _ -> {
                            throw error;
                        });
        assertSame(
                error,
                assertThrows(OutOfMemoryError.class, () -> target.callMain(code, List.of("main"))));
        assertSame(
                error, assertThrows(OutOfMemoryError.class, () -> target.exec(program(() -> {}))));
    }

    /** A method has one failure for each call that a list of them is left for. */
    private void failCalls(Throwable... failures) {
        Map<Thread, Deque<Throwable>> thrown = new ConcurrentHashMap<>();
        Deque<Throwable> next = new ArrayDeque<>(List.of(failures));
        guest.invoker()
                .onCall(
                        call -> {
                            thrown.computeIfAbsent(Thread.currentThread(), _ -> new ArrayDeque<>())
                                    .addAll(next.isEmpty() ? List.of() : List.of(next.pop()));
                            return call.a();
                        });
        target.failAfter(
                () -> {
                    Deque<Throwable> mine = thrown.remove(Thread.currentThread());
                    return mine == null ? null : mine.pollFirst();
                });
    }

    private static void assertCause(Throwable cause, Executable call) {
        assertSame(cause, assertThrows(TargetException.class, call).getCause());
    }

    /** Also that of main, which has a thread of its own. */
    @Test
    @Timeout(60)
    void aCallFailsAfterAMethodHasThrown() {
        IOException reason = new IOException("for a test");
        failCalls(reason);
        assertCause(reason, () -> target.callMain(code, List.of("main")));
        assertEquals(1, target.callMain(code, List.of("main")));
        failCalls(reason);
        assertCause(reason, () -> target.call(code));
        assertEquals(0, target.call(code));
    }

    @Test
    void noInitializerRunsAfterOneThatFails() throws Exception {
        IllegalStateException reason = new IllegalStateException("for a test");
        failCalls(reason);
        assertCause(reason, () -> target.callInitializers(List.of(code, code)));
        assertEquals(1, guest.invoker().takeRan().size());
    }

    @Test
    void finalizersRunAfterOneThatFails() throws Exception {
        IllegalStateException reason = new IllegalStateException("for a test");
        failCalls(reason);
        assertCause(reason, () -> target.callAll(List.of(code, code)));
        assertEquals(2, guest.invoker().takeRan().size());
    }

    private LocalProgram program(Runnable initialize) {
        return new LocalProgram() {
            @Override
            public ExecutorAddress entry() {
                return code;
            }

            @Override
            public List<String> arguments() {
                return List.of("main");
            }

            @Override
            public void initialize() {
                initialize.run();
            }

            @Override
            public void runFinalizers() {
                throw new AssertionError("nothing has been initialized");
            }
        };
    }

    /** At the end of the process, the JVM that was to run the function has ended. */
    @Test
    void aProgramThatDoesNotStartLeavesNothingToRunAtExit() {
        TargetException failure = new TargetException("for a test", null);
        LocalProgram program =
                program(
                        () -> {
                            throw failure;
                        });
        assertSame(failure, target.exec(program));
        assertEquals(0, guest.process().pending());
    }

    @Test
    void mainHasAThreadOfItsOwnAndItsResult() throws Exception {
        Thread[] ran = new Thread[1];
        guest.invoker()
                .onCall(
                        call -> {
                            ran[0] = Thread.currentThread();
                            return call.a();
                        });
        assertEquals(2, target.callMain(code, List.of("main", "x")), "how many arguments");
        assertEquals("main of loaded code", ran[0].getName());
    }

    @Test
    void aWrapperFunctionMayRefuse() throws Exception {
        guest.invoker().onWrapper(_ -> new WrapperFunctionResult.OutOfBandError("not now"));
        LocalActions actions = new LocalActions(new GuestRuntime(guest));
        var action = actions.bind(new TargetAction.CallWrapper(code));
        assertEquals(
                "not now",
                assertThrows(AllocationAction.ActionFailedException.class, action::run)
                        .getMessage());
    }

    @Test
    void debuggersSeeCodeUntilItLeaves() throws Exception {
        SymbolRange symbol = new SymbolRange("main", AddressRange.of(code, 8));
        var arrived = target.codeArrived("x.o", () -> List.of(symbol), Optional.of(new byte[64]));
        assertEquals(1, guest.debugger().known().size());
        arrived.left();
        assertEquals(List.of(), guest.debugger().known());
    }
}
