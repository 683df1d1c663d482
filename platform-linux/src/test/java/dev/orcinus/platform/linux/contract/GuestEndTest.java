package dev.orcinus.platform.linux.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.GuestEnd.Crashed;
import dev.orcinus.platform.GuestEnd.Exited;
import dev.orcinus.platform.GuestEnd.TimedOut;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that each way in which guest code ends its process comes back as a value. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuestEndTest {
    private static final Host HOST = HostProvider.current();

    @TempDir private static Path folder;
    private static String library;

    @BeforeAll
    static void compile() throws Exception {
        library = ContractLibrary.compile(folder).toString();
    }

    private static IsolatedGuest start(boolean isProgram) throws HostCallException {
        return HOST.startGuest(
                isProgram
                        ? GuestOptions.ofProgram(List.of("program", "argument"))
                        : GuestOptions.ofSession());
    }

    private static ExecutorAddress symbol(IsolatedGuest guest, String name)
            throws HostCallException {
        ExecutorAddress handle = guest.libraries().open(library);
        return guest.libraries().find(handle, name).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 11, 0x1234",
        "1, 6, none",
        "3, 11, some",
        "5, 8, some",
        "6, 4, some",
        "7, 9, none",
        "8, 15, none",
        "10, 6, none",
        "11, 11, 0x4321",
        "12, 11, 0x1234",
        "13, 11, none"
    })
    void aCrashIsItsSignalAndAddress(int kind, int signal, String address) throws Exception {
        for (boolean isProgram : new boolean[] {false, true}) {
            try (IsolatedGuest guest = start(isProgram)) {
                Crashed end = (Crashed) call(guest, kind);
                assertEquals(signal, end.signal());
                switch (address) {
                    case "none" -> assertEquals(ExecutorAddress.NULL, end.address());
                    case "some" -> assertNotEquals(ExecutorAddress.NULL, end.address());
                    default -> assertEquals(address, end.address().toString());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3", "4, 4", "9, 9"})
    void anExitIsItsStatus(int kind, int status) throws Exception {
        for (boolean isProgram : new boolean[] {false, true}) {
            try (IsolatedGuest guest = start(isProgram)) {
                assertEquals(new Exited(status), call(guest, kind));
            }
        }
    }

    private static GuestEnd call(IsolatedGuest guest, int kind) throws HostCallException {
        GuestCall crash = GuestCall.of(symbol(guest, "crash"), kind);
        CallOutcome<Long> outcome = guest.invoker().call(crash);
        assertTrue(outcome.isGone());
        assertEquals(guest.end(), outcome.end());
        assertEquals(guest.end(), Optional.of(guest.awaitEnd()));
        return outcome.end().orElseThrow();
    }

    /** Guest code may kill its parent. The next guest has another one. */
    @Test
    void aGuestWhoseKeeperIsKilledSaysSo() throws Exception {
        GuestEnd killed = new GuestEnd.Lost("its parent, the keeper of guests, has been killed");
        try (IsolatedGuest guest = start(false);
                IsolatedGuest other = start(false)) {
            ProcessHandle.of(guest.pid())
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .destroyForcibly();
            assertEquals(killed, guest.awaitEnd());
            assertEquals(killed, other.awaitEnd());
        }
        try (IsolatedGuest next = start(false)) {
            assertEquals(Optional.empty(), next.end());
        }
    }

    @Test
    void theProcessCanEndItself() throws Exception {
        try (IsolatedGuest one = start(false);
                IsolatedGuest two = start(false)) {
            one.process().exit(7);
            assertEquals(Optional.of(new Exited(7)), one.end());
            two.process().abort();
            assertEquals(Optional.of(new Crashed(6, ExecutorAddress.NULL)), two.end());
        }
    }

    @Test
    void allThatWaitForAGuestAreToldOfItsEnd() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            GuestCall sleep = GuestCall.of(symbol(guest, "sleep_long"));
            List<CompletableFuture<CallOutcome<Long>>> calls =
                    List.of(
                            CompletableFuture.supplyAsync(() -> guest.invoker().call(sleep)),
                            CompletableFuture.supplyAsync(() -> guest.invoker().call(sleep)));
            Thread.sleep(100);
            GuestEnd limit = new TimedOut(Duration.ofMillis(100));
            guest.kill(limit);
            for (CompletableFuture<CallOutcome<Long>> call : calls) {
                assertEquals(Optional.of(limit), call.get().end());
            }
        }
    }

    @Test
    void aKilledProcessIsNoticedWithoutACall() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            new ProcessBuilder("kill", "-9", Long.toString(guest.pid())).start().waitFor();
            assertEquals(new Crashed(9, ExecutorAddress.NULL), guest.awaitEnd());
        }
    }

    @Test
    void everyServiceSaysThatTheGuestIsGone() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            ExecutorAddress function = symbol(guest, "sum");
            ExecutorAddress libraries = guest.libraries().process();
            guest.kill(new GuestEnd.Lost("a test"));
            GuestEnd end = guest.awaitEnd();
            assertEquals(new GuestEnd.Lost("a test"), end);
            GuestCall call = GuestCall.of(function);
            MemorySegment one = MemorySegment.ofArray(new byte[1]);
            assertEquals(Optional.of(end), guest.invoker().call(call).end());
            assertEquals(Optional.of(end), guest.invoker().callAll(List.of(call)).end());
            assertEquals(Optional.of(end), guest.invoker().callWrapper(function, one).end());
            assertEquals(Optional.of(end), guest.invoker().callMain(function, List.of("a")).end());
            gone(() -> guest.memory().map(1));
            gone(() -> guest.memory().tryRead(function, one));
            gone(() -> guest.libraries().find(libraries, "malloc"));
            gone(() -> guest.libraries().open("libm.so.6"));
            gone(() -> guest.process().allocate(1));
            gone(() -> guest.export(List.of(ExportedFunction.of((_, _, _, _) -> 0))));
            gone(() -> guest.process().prepareThread());
        }
    }

    private static void gone(org.junit.jupiter.api.function.Executable step) {
        assertThrows(GuestGoneException.class, step);
    }

    @Test
    void aCrashInACallOutOfJavaEndsAllCallsAroundIt() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            GuestCall crash = GuestCall.of(symbol(guest, "crash"), 0);
            CompletableFuture<CallOutcome<Long>> inner = new CompletableFuture<>();
            ExportedFunction function =
                    ExportedFunction.of(
                            (_, _, _, _) -> {
                                inner.complete(guest.invoker().call(crash));
                                return 0;
                            });
            ExecutorAddress callBack = symbol(guest, "call_back");
            ExecutorAddress exported = guest.export(List.of(function)).getFirst();
            CallOutcome<Long> outer =
                    guest.invoker().call(GuestCall.of(callBack, exported.value()));
            GuestEnd end = new Crashed(11, new ExecutorAddress(0x1234));
            assertEquals(Optional.of(end), inner.get().end());
            assertEquals(Optional.of(end), outer.end());
        }
    }

    /** Its parent's memory is not touched by a child that guest code forks. */
    @Test
    void aForkedChildDoesNotReachJava() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            ExportedFunction function = ExportedFunction.of((_, _, _, _) -> 1);
            ExecutorAddress exported = guest.export(List.of(function)).getFirst();
            ExecutorAddress fork = symbol(guest, "fork_and_call");
            GuestCall call = GuestCall.of(fork, exported.value());
            assertEquals(5, guest.invoker().call(call).value());
            assertEquals(5, guest.invoker().call(call).value());
        }
    }

    @Test
    void aProgramHasItsArgumentsAndItsFirstThread() throws Exception {
        try (IsolatedGuest guest = start(true);
                PreparedThread _ = guest.process().prepareMainThread()) {
            ExecutorAddress getpid = libc(guest, "getpid");
            ExecutorAddress gettid = libc(guest, "gettid");
            long tid = guest.invoker().call(GuestCall.of(gettid)).value();
            assertEquals(guest.pid(), tid);
            assertEquals(guest.pid(), guest.invoker().call(GuestCall.of(getpid)).value());
            Path commandLine = Path.of("/proc/" + guest.pid() + "/cmdline");
            assertEquals("program\0argument\0", java.nio.file.Files.readString(commandLine));
        }
    }

    private static ExecutorAddress libc(IsolatedGuest guest, String name) {
        return guest.libraries().find(guest.libraries().process(), name).orElseThrow();
    }
}
