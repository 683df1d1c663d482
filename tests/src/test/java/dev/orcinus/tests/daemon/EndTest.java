package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.controller.LineEnd;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that nothing is left when a daemon ends or is killed. */
@Timeout(180)
final class EndTest {
    /** The end of a line on which the executor has hung up without an error. */
    private static final LineEnd ORDERLY = new LineEnd(Optional.of(""));

    /** The end of a line whose executor has been killed. */
    private static final LineEnd CUT = new LineEnd(Optional.empty());

    @TempDir Path folder;

    private void assertNothingLeft(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            Traces.assertNone(process.pid());
        }
        assertEquals(List.of(), DaemonProcess.runDirectories(folder));
    }

    @Test
    void sigtermEndsAllSessionsAndGuests() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1", "--grace=300ms");
                DaemonSession quiet = daemon.connect();
                DaemonSession busy = daemon.connect()) {
            Services.value(quiet.services().reserveShared(1));
            Services.value(busy.services().reserveShared(1));
            busy.start(busy.load(CrashCode.loop()));
            busy.assertAnswers();
            List<ProcessHandle> processes = daemon.processes();
            assertTrue(processes.size() >= 3, processes.toString());
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
            assertTrue(end.errors().endsWith("orcinus: ended\n"), end::toString);
            assertEquals(ORDERLY, quiet.controller().awaitEnd());
            assertEquals(ORDERLY, busy.controller().awaitEnd());
            Traces.assertNone(daemon.pid());
            assertNothingLeft(processes);
        }
    }

    /** What one session does at its end must not take time with the number of all. */
    @Test
    void manySessionsEndWithTheDaemonInTime() throws Exception {
        int count = 200;
        List<Socket> sockets = new ArrayList<>();
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--sessions=" + count)) {
            for (int i = 0; i < count; i++) {
                sockets.add(daemon.connectRaw());
            }
            for (Socket socket : sockets) {
                assertNotEquals(-1, socket.getInputStream().read(), "the Setup message");
            }
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
            List<String> byForce =
                    end.errors().lines().filter(line -> line.endsWith("daemon has ended")).toList();
            assertEquals(List.of(), byForce);
            assertNothingLeft(List.of());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aDaemonWhoseGuestsAreNotReadyEndsWithoutAWordAboutThem() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=4")) {
            List<ProcessHandle> processes = daemon.processes();
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
            assertEquals(2, end.errors().lines().count(), end::toString);
            assertNothingLeft(processes);
        }
    }

    @Test
    void sigintEndsItToo() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0")) {
            Finished end = daemon.end("INT");
            assertEquals(0, end.status(), end::toString);
            assertNothingLeft(List.of());
        }
    }

    @Test
    void afterSigkillNothingIsLeftAMomentLater() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1");
                DaemonSession session = daemon.connect()) {
            Services.value(session.services().reserveShared(1));
            awaitEndWatch(daemon);
            startAnotherKeeper(daemon);
            List<ProcessHandle> processes = daemon.processes();
            assertEquals(137, daemon.end("KILL").status());
            Traces.assertNone(daemon.pid());
            for (ProcessHandle process : processes) {
                Traces.awaitGroup(process.pid(), 0);
            }
            Program.await(() -> DaemonProcess.runDirectories(folder).isEmpty(), "its folder goes");
        }
    }

    /** The new keeper of guests must not hold what tells of the daemon's end. */
    private static void startAnotherKeeper(DaemonProcess daemon) throws Exception {
        long keeper = keeper(daemon);
        DaemonProcess.signal(keeper, "KILL");
        Traces.awaitGroup(keeper, 0);
        try (DaemonSession next = daemon.connect()) {
            next.assertAnswers();
            assertNotEquals(keeper, keeper(daemon));
        }
    }

    private static long keeper(DaemonProcess daemon) {
        return daemon.process()
                .children()
                .filter(child -> child.children().findAny().isPresent())
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /** Waits for the process that waits for the daemon's end, and returns it. */
    static ProcessHandle awaitEndWatch(DaemonProcess daemon) throws Exception {
        Program.await(() -> endWatches(daemon).size() == 1, "a shell waits for the end");
        return endWatches(daemon).getFirst();
    }

    private static List<ProcessHandle> endWatches(DaemonProcess daemon) {
        return daemon.process()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("sh"))
                .toList();
    }

    /** The process that waits for the daemon's end has been killed, too. */
    @Test
    void afterSigkillOfBothTheGuestsAreGoneAndTheNextDaemonTidiesUp() throws Exception {
        List<ProcessHandle> processes;
        long killed;
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1", "--grace=300ms");
                DaemonSession quiet = daemon.connect();
                DaemonSession busy = daemon.connect()) {
            Services.value(quiet.services().reserveShared(1));
            Services.value(busy.services().reserveShared(1));
            busy.start(busy.load(CrashCode.loop()));
            busy.assertAnswers();
            processes = daemon.processes();
            assertTrue(processes.size() >= 3, processes.toString());
            killed = daemon.pid();
            awaitEndWatch(daemon).destroyForcibly();
            assertEquals(137, daemon.end("KILL").status());
            assertEquals(CUT, quiet.controller().awaitEnd());
            assertEquals(CUT, busy.controller().awaitEnd());
        }
        for (ProcessHandle process : processes) {
            Traces.awaitGroup(process.pid(), 0);
        }
        List<Path> abandoned = DaemonProcess.runDirectories(folder);
        assertEquals(1, abandoned.size());
        try (DaemonProcess next = DaemonProcess.start(folder, "--warm=0")) {
            Traces.assertNone(killed);
            assertEquals(1, DaemonProcess.runDirectories(folder).size());
            assertFalse(DaemonProcess.runDirectories(folder).containsAll(abandoned));
            assertEquals(0, next.terminate().status());
            assertNothingLeft(List.of());
        }
    }
}
