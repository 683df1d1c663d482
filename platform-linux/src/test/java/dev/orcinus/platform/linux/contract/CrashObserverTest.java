package dev.orcinus.platform.linux.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd.Crashed;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.MappedFile;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what an observer hears of a thread that crashes, before its process ends. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CrashObserverTest {
    private static final int SEGV_MAPERR = 1;
    private static final int SI_TKILL = -6;

    @TempDir private static Path folder;
    private static String library;
    private final List<CrashedThread> crashes = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void compile() throws Exception {
        library = ContractLibrary.compile(folder).toString();
    }

    private IsolatedGuest start(boolean isProgram) throws HostCallException {
        GuestOptions options =
                isProgram ? GuestOptions.ofProgram(List.of("program")) : GuestOptions.ofSession();
        IsolatedGuest guest = HostProvider.current().startGuest(options);
        guest.onCrash(crashes::add);
        return guest;
    }

    private static ExecutorAddress symbol(IsolatedGuest guest, String name)
            throws HostCallException {
        ExecutorAddress handle = guest.libraries().open(library);
        return guest.libraries().find(handle, name).orElseThrow();
    }

    private static void crash(IsolatedGuest guest, int kind) throws HostCallException {
        assertTrue(guest.invoker().call(GuestCall.of(symbol(guest, "crash"), kind)).isGone());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFaultHasItsAddressAndTheRegistersOfItsInstruction(boolean isProgram) throws Exception {
        try (IsolatedGuest guest = start(isProgram)) {
            List<Boolean> readable = new ArrayList<>();
            guest.onCrash(
                    thread -> {
                        crashes.add(thread);
                        MemorySegment word = MemorySegment.ofArray(new long[1]);
                        readable.add(guest.memory().tryRead(thread.sp(), word));
                    });
            long code = symbol(guest, "crash").value();
            crash(guest, 0);
            CrashedThread thread = crashes.getFirst();
            assertEquals(11, thread.signal());
            assertEquals(SEGV_MAPERR, thread.code());
            assertEquals(Optional.of(new ExecutorAddress(0x1234)), thread.faultAddress());
            assertTrue(Math.abs(thread.pc().value() - code) < 0x400, thread.pc() + " " + code);
            assertTrue(thread.registers().contains(thread.sp().value()));
            assertEquals(List.of(true), readable);
            assertEquals(1, crashes.size());
            assertEquals(new Crashed(11, new ExecutorAddress(0x1234)), guest.awaitEnd());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 6", "10, 6", "13, 11"})
    void aSignalThatTheGuestSendsToItselfHasNoAddress(int kind, int signal) throws Exception {
        try (IsolatedGuest guest = start(true)) {
            long pid = guest.pid();
            crash(guest, kind);
            assertEquals(signal, crashes.getFirst().signal());
            assertEquals(SI_TKILL, crashes.getFirst().code());
            assertEquals(Optional.empty(), crashes.getFirst().faultAddress());
            assertEquals(pid, crashes.getFirst().threadId());
        }
    }

    @Test
    void aThreadThatGuestCodeHasMadeIsToldWithItsId() throws Exception {
        try (IsolatedGuest guest = start(true)) {
            long pid = guest.pid();
            crash(guest, 12);
            assertEquals(1, crashes.size());
            assertNotEquals(pid, crashes.getFirst().threadId());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 7, 8, 9})
    void endsWithoutAHandlerAreNotTold(int kind) throws Exception {
        for (boolean isProgram : new boolean[] {false, true}) {
            try (IsolatedGuest guest = start(isProgram)) {
                crash(guest, kind);
            }
        }
        assertEquals(List.of(), crashes);
    }

    @Test
    void aCrashOfAForkedChildIsNotTold() throws Exception {
        try (IsolatedGuest guest = start(true)) {
            long crash = symbol(guest, "crash").value(); // which the child calls with 1: abort
            GuestCall call = GuestCall.of(symbol(guest, "fork_and_call"), crash);
            assertEquals(0, guest.invoker().call(call).value());
            assertEquals(Optional.empty(), guest.end());
        }
        assertEquals(List.of(), crashes);
    }

    @Test
    void aCheckpointThatGoesOnHasTheSameObserver() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            try (GuestCheckpoint checkpoint = guest.checkpoint()) {
                crash(guest, 0);
                checkpoint.restore();
            }
            crash(guest, 1);
            assertEquals(List.of(11, 6), crashes.stream().map(CrashedThread::signal).toList());
        }
    }

    @Test
    void anObserverThatFailsDoesNotKeepTheProcess() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            guest.onCrash(
                    _ -> {
                        throw new IllegalStateException("an observer");
                    });
            GuestCall call = GuestCall.of(symbol(guest, "crash"), 0);
            assertThrows(IllegalStateException.class, () -> guest.invoker().call(call));
            assertEquals(new Crashed(11, new ExecutorAddress(0x1234)), guest.awaitEnd());
        }
    }

    @Test
    void mappedFilesHaveTheirPathsAndRanges() throws Exception {
        try (IsolatedGuest guest = start(false)) {
            ExecutorAddress function = symbol(guest, "sum");
            List<MappedFile> around =
                    guest.mappedFiles().stream().filter(f -> f.range().contains(function)).toList();
            assertEquals(1, around.size());
            assertEquals(Path.of(library).toRealPath().toString(), around.getFirst().path());
            assertTrue(guest.mappedFiles().stream().anyMatch(file -> file.path().equals("[vdso]")));
        }
    }
}
