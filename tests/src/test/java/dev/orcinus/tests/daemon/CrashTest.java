package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that end their workers in every way, while one session lives through all of it. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class CrashTest {
    private static final String HERE =
            ", pc 0x\\p{XDigit}{16} in 0x\\p{XDigit}+--0x\\p{XDigit}+ r-xp JIT or heap memory";
    private static final String NO_REPORT = "the process was ended by %s without a report";

    private Path folder;
    private DaemonProcess daemon;
    private DaemonSession bystander;

    /** A way to go, and what the log must say about it. */
    enum Crash {
        BAD_WRITE(
                "SIGSEGV \\(SEGV_MAPERR at 0x0000000000000008\\)" + HERE,
                session -> session.start(session.load(CrashCode.writeToNowhere()))),
        BAD_CALL(
                "SIGSEGV \\(SEGV_MAPERR at 0x0000000000000010\\), pc 0x0000000000000010",
                session -> session.start(session.load(CrashCode.callNowhere()))),
        BAD_READ_IN_A_LIBRARY(
                "SIGSEGV \\(SEGV_MAPERR at 0x0000000000000010\\), pc 0x\\p{XDigit}+"
                        + " \\(libc\\.so\\.6\\+0x\\p{XDigit}+\\) in 0x\\p{XDigit}+--0x\\p{XDigit}+"
                        + " r-xp .*libc.*",
                session -> session.startInt("puts", 16)),
        UNDEFINED_INSTRUCTION(
                "SIGILL \\(ILL_ILLOPN at 0x\\p{XDigit}{16} in 0x.*\\)" + HERE,
                session -> session.start(session.load(CrashCode.undefinedInstruction()))),
        DIVISION_BY_ZERO(
                "SIGFPE \\(FPE_INTDIV at 0x\\p{XDigit}{16} in 0x.*\\)" + HERE,
                session -> session.start(session.load(CrashCode.divideByZero()))),
        STACK_OVERFLOW(
                "SIGSEGV \\(SEGV_\\w+ at 0x\\p{XDigit}{16} in the end of a stack that"
                        + " overflowed\\)"
                        + HERE,
                session -> session.start(session.load(CrashCode.overflow()))),
        ABORT(NO_REPORT.formatted("SIGABRT"), session -> session.startVoid("abort")),
        HEAP_CORRUPTION(
                NO_REPORT.formatted("SIGABRT"),
                session -> session.start(session.load(CrashCode.corruptHeap(session.services())))),
        UNCAUGHT_EXCEPTION(
                NO_REPORT.formatted("SIGABRT"),
                session -> session.startVoid("_ZSt17__throw_bad_allocv")),
        EXIT(
                "guest code ended the process with exit status 7",
                session -> session.startInt("exit", 7)),
        EXIT_WITHOUT_AN_ERROR(
                "guest code ended the process with exit status 0",
                session -> session.startInt("_exit", 0)),
        SIGNAL_OF_ITS_OWN(NO_REPORT.formatted("SIGKILL"), session -> session.startInt("raise", 9)),
        KILLED_FROM_OUTSIDE(
                NO_REPORT.formatted("SIGKILL"),
                session -> ProcessHandle.of(session.pid()).orElseThrow().destroyForcibly());

        private final String log;
        private final Consumer<DaemonSession> way;

        Crash(String log, Consumer<DaemonSession> way) {
            this.log = log;
            this.way = way;
        }
    }

    @BeforeAll
    void start(@TempDir Path runtimeFolder) throws Exception {
        folder = runtimeFolder;
        daemon = DaemonProcess.start(folder, "--warm=3", "--grace=500ms");
        bystander = daemon.connect();
    }

    @AfterEach
    void theOtherSessionAnswersStill() throws Exception {
        bystander.assertAnswers();
        assertEquals(List.of("status"), daemon.runFiles(), "no crash report is left");
    }

    @AfterAll
    void end() throws Exception {
        try (DaemonProcess ending = daemon) {
            bystander.close();
            Finished end = ending.terminate();
            assertEquals(0, end.status(), end::toString);
            assertEquals(List.of(), DaemonProcess.runDirectories(folder));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCrashEndsItsWorkerOnly(Crash crash) throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.assertAnswers();
            SharedReservation shared = Services.value(session.services().reserveShared(1));
            crash.way.accept(session);
            String end = session.awaitEnd();
            assertTrue(end.matches(crash.log), end + "\nis not\n" + crash.log);
            assertTrue(session.controller().awaitEnd().hangup().isEmpty());
            assertTrue(Files.notExists(Path.of("/dev/shm" + shared.name())));
            Traces.assertNone(session.pid());
        }
    }

    @Test
    void codeThatRunsForEverEndsWithItsGraceOnceTheControllerIsGone() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.start(session.load(CrashCode.loop()));
            Services.value(session.services().reserveShared(1));
            session.controller().close();
            assertEquals("the controller left", session.awaitEnd());
            assertTrue(daemon.log().contains("guest code still runs 500 ms after the session"));
            Traces.assertNone(session.pid());
        }
    }

    @Test
    void aControllerThatIsKilledEndsItsSession() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            Services.value(session.services().reserveShared(1));
            session.controller().reset();
            session.awaitEnd();
            Traces.assertNone(session.pid());
        }
    }

    @Test
    void childrenOfGuestCodeEndWithTheirSession() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            ExecutorAddress fork = session.load(CrashCode.fork(session.services(), false));
            assertEquals(1, session.controller().call(fork, new byte[0]).length);
            assertEquals(8, Traces.group(session.pid()).size(), "processes after three forks");
            session.controller().close();
            assertEquals("the controller left", session.awaitEnd());
            Traces.assertNone(session.pid());
        }
    }

    @Test
    void childrenEndWithAWorkerThatCrashes() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.controller()
                    .call(session.load(CrashCode.fork(session.services(), false)), new byte[0]);
            session.startVoid("abort");
            session.awaitEnd();
            Traces.assertNone(session.pid());
        }
    }

    /** A guest that makes a daemon of its own keeps it, as with LLVM's executor. */
    @Test
    void aChildThatHasLeftItsGroupHoldsNoSessionOpen() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.controller()
                    .call(session.load(CrashCode.fork(session.services(), true)), new byte[0]);
            session.startInt("_exit", 3);
            assertEquals("guest code ended the process with exit status 3", session.awaitEnd());
        } finally {
            Traces.killStrays(folder, daemon.process());
        }
    }
}
