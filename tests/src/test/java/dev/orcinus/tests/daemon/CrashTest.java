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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests sessions that end their workers in many ways, while another session goes on. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class CrashTest {
    private static final String HERE =
            ", pc 0x\\p{XDigit}{16} in 0x\\p{XDigit}+--0x\\p{XDigit}+ r-xp JIT or heap memory";

    private Path folder;
    private DaemonProcess daemon;
    private DaemonSession bystander;

    /**
     * A way to end a worker.
     *
     * @param name the name in the test's name
     * @param log a pattern of the daemon's log line about it
     * @param way ends the worker
     */
    record Crash(String name, String log, Consumer<DaemonSession> way) {
        /** Returns a crash by code that is loaded and run. */
        static Crash of(String name, String log, Supplier<byte[]> code) {
            return new Crash(name, log, session -> session.start(session.load(code.get())));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Crash> crashes() {
        return Stream.concat(faults(), exits());
    }

    private static Stream<Crash> faults() {
        String somewhere = " at 0x\\p{XDigit}{16} in 0x.*\\)";
        return Stream.of(
                Crash.of(
                        "bad write",
                        "SIGSEGV \\(SEGV_MAPERR at 0x0000000000000008\\)" + HERE,
                        CrashCode::writeToNowhere),
                Crash.of(
                        "bad call",
                        "SIGSEGV \\(SEGV_MAPERR at 0x0000000000000010\\), pc 0x0000000000000010",
                        CrashCode::callNowhere),
                Crash.of(
                        "undefined instruction",
                        "SIGILL \\(ILL_ILLOPN" + somewhere + HERE,
                        CrashCode::undefinedInstruction),
                Crash.of(
                        "division by zero",
                        "SIGFPE \\(FPE_INTDIV" + somewhere + HERE,
                        CrashCode::divideByZero),
                Crash.of(
                        "stack overflow",
                        "SIGSEGV \\(SEGV_\\w+ at 0x\\p{XDigit}{16} in the end of a stack that"
                                + " overflowed\\)"
                                + HERE,
                        CrashCode::overflow),
                new Crash(
                        "bad read in a library",
                        "SIGSEGV \\(SEGV_MAPERR at 0x0000000000000010\\), pc 0x\\p{XDigit}+"
                                + " \\(libc\\.so\\.6\\+0x\\p{XDigit}+\\) in .* r-xp .*libc.*",
                        session -> session.startInt("puts", 16)));
    }

    private static Stream<Crash> exits() {
        String exit = "guest code ended the process with exit status ";
        return Stream.of(
                new Crash("abort", without("SIGABRT"), session -> session.startVoid("abort")),
                new Crash(
                        "heap corruption",
                        without("SIGABRT"),
                        session -> session.start(session.load(corruptHeap(session)))),
                new Crash(
                        "uncaught exception",
                        without("SIGABRT"),
                        session -> session.startVoid("_ZSt17__throw_bad_allocv")),
                new Crash("exit", exit + "7", session -> session.startInt("exit", 7)),
                new Crash("quick exit", exit + "0", session -> session.startInt("_exit", 0)),
                new Crash("own signal", without("SIGKILL"), s -> s.startInt("raise", 9)),
                new Crash("killed from outside", without("SIGKILL"), DaemonSession::kill));
    }

    private static byte[] corruptHeap(DaemonSession session) {
        return CrashCode.corruptHeap(session.services());
    }

    private static String without(String signal) {
        return "the process was ended by " + signal + " without a report";
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
    @MethodSource("crashes")
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
            Traces.awaitGroup(session.pid(), 8);
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
            Traces.awaitGroup(session.pid(), 8);
            session.startVoid("abort");
            session.awaitEnd();
            Traces.assertNone(session.pid());
        }
    }

    /** A daemon that guest code has started goes on, as with LLVM's executor. */
    @Test
    void aChildThatHasLeftItsGroupHoldsNoSessionOpen() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.controller()
                    .call(session.load(CrashCode.fork(session.services(), true)), new byte[0]);
            Traces.awaitGroup(session.pid(), 1);
            session.startInt("_exit", 3);
            assertEquals("guest code ended the process with exit status 3", session.awaitEnd());
        } finally {
            Traces.killStrays(folder, daemon.process());
        }
    }
}
