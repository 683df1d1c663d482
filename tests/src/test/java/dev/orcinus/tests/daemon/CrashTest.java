package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.util.regex.Pattern;
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

/** Tests sessions that end their guests in many ways: they go on, and so does another session. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
final class CrashTest {
    private static final String SOMEWHERE = "0x\\p{XDigit}+";
    private static final String SURVIVED = ": the state is as before this line";
    private static final String ABORTED = "guest code crashed: SIGABRT.*";

    private Path folder;
    private DaemonProcess daemon;
    private DaemonSession bystander;

    /**
     * A way to end a guest.
     *
     * @param name the name in the test's name
     * @param log a pattern of the daemon's log line about it
     * @param way ends the guest
     */
    record Crash(String name, String log, Consumer<DaemonSession> way) {
        /** Returns a crash by code that is loaded and run. */
        static Crash of(String name, String log, Supplier<byte[]> code) {
            return new Crash(
                    name, log + SURVIVED, session -> session.start(session.load(code.get())));
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
        return Stream.of(
                Crash.of("bad write", fault("SIGSEGV", "0x8"), CrashCode::writeToNowhere),
                Crash.of("bad call", fault("SIGSEGV", "0x10"), CrashCode::callNowhere),
                Crash.of(
                        "undefined instruction",
                        fault("SIGILL", SOMEWHERE),
                        CrashCode::undefinedInstruction),
                Crash.of("division by zero", fault("SIGFPE", SOMEWHERE), CrashCode::divideByZero),
                Crash.of("stack overflow", fault("SIGSEGV", SOMEWHERE), CrashCode::overflow),
                new Crash(
                        "bad read in a library",
                        fault("SIGSEGV", "0x10"),
                        session -> session.startInt("puts", 16)));
    }

    private static Stream<Crash> exits() {
        return Stream.of(
                new Crash("abort", ABORTED, session -> session.startVoid("abort")),
                new Crash(
                        "heap corruption",
                        ABORTED + SURVIVED,
                        session -> session.start(session.load(corruptHeap(session)))),
                new Crash(
                        "uncaught exception",
                        ABORTED,
                        session -> session.startVoid("_ZSt17__throw_bad_allocv")),
                new Crash(
                        "own signal",
                        "the guest crashed with signal 9",
                        session -> session.startInt("raise", 9)));
    }

    private static String fault(String signal, String address) {
        return "guest code crashed: " + signal + " \\(.*\\) at address " + address + "( in .*)?";
    }

    private static byte[] corruptHeap(DaemonSession session) {
        return CrashCode.corruptHeap(session.services());
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
        assertEquals(List.of("control"), daemon.runFiles());
        assertTrue(daemon.process().isAlive());
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
    void aSessionSurvivesTheCrashOfItsGuest(Crash crash) throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.assertAnswers();
            SharedReservation shared = Services.value(session.services().reserveShared(1));
            crash.way.accept(session);
            session.awaitLog(crash.log);
            session.assertAnswers();
            Traces.assertNone(session.pid());
            session.controller().close();
            assertEquals("the controller left", session.awaitEnd());
            assertTrue(Files.notExists(Path.of("/dev/shm" + shared.name())));
        }
    }

    /**
     * The log and the status tell of it; it is there again, its state noted, before the next call.
     */
    @Test
    void aGuestThatIsKilledWhileNothingRunsIsReplacedAtOnce() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.startInt("abs", -3);
            awaitStatus(session, "1 +0"); // checkpoints, crashes
            session.kill();
            session.awaitLog(
                    "the guest crashed with signal 9: the state is as before the last line");
            String row = awaitStatus(session, "2 +1");
            assertFalse(row.contains(" " + session.pid() + " "), row);
            session.assertAnswers();
        }
    }

    /** Waits until the numbers of a session in the status are these, and returns its row. */
    private String awaitStatus(DaemonSession session, String numbers) throws Exception {
        Pattern pattern =
                Pattern.compile(" *" + session.number() + " .* " + numbers + " +127\\..*");
        while (true) {
            for (String row : daemon.status().output().lines().toList()) {
                if (pattern.matcher(row).matches()) {
                    return row;
                }
            }
            Thread.sleep(5);
        }
    }

    /** Each function is called as main, whose first argument is the number of arguments. */
    @Test
    void theResultOfAProgramThatEndsItsGuestIsItsStatus() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            Services services = session.services();
            assertEquals(2, services.runAsMain(function(session, "exit"), List.of("a", "b")));
            assertEquals(0, services.runAsMain(function(session, "_exit"), List.of()));
            assertEquals(128 + 6, services.runAsMain(function(session, "abort"), List.of()));
            session.assertAnswers();
        }
    }

    private static ExecutorAddress function(DaemonSession session, String name) {
        return session.services().processSymbol(name);
    }

    @Test
    void aGuestThatIsKilledBeforeItHasRunAnythingEndsItsSessionAtOnce() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            SharedReservation shared = Services.value(session.services().reserveShared(1));
            session.kill();
            session.awaitLog("the guest crashed with signal 9; it cannot go on: .*");
            assertEquals("the guest crashed with signal 9", session.awaitEnd());
            assertNotNull(session.controller().awaitEnd());
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
    void childrenEndWithAGuestThatCrashes() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.controller()
                    .call(session.load(CrashCode.fork(session.services(), false)), new byte[0]);
            Traces.awaitGroup(session.pid(), 8);
            session.startVoid("abort");
            session.awaitLog(ABORTED);
            Traces.assertNone(session.pid());
            session.assertAnswers();
        }
    }

    /** A daemon that guest code has started goes on, as with LLVM's executor. */
    @Test
    void aChildThatHasLeftItsGroupHoldsNoSessionOpen() throws Exception {
        try (DaemonSession session = daemon.connect()) {
            session.controller()
                    .call(session.load(CrashCode.fork(session.services(), true)), new byte[0]);
            Traces.awaitGroup(session.pid(), 1);
            assertEquals(1, session.services().runAsMain(function(session, "_exit"), List.of("a")));
            session.controller().close();
            assertEquals("the controller left", session.awaitEnd());
        } finally {
            Traces.killStrays(folder, daemon.process());
        }
    }
}
