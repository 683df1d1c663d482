package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.controller.LineEnd;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that nothing is left when a daemon ends or is killed. */
@Timeout(60)
final class EndTest {
    /** The end of a line on which the executor has hung up without an error. */
    private static final LineEnd ORDERLY = new LineEnd(Optional.of(""));

    @TempDir Path folder;

    private void assertNothingLeft(List<ProcessHandle> workers) throws Exception {
        for (ProcessHandle worker : workers) {
            Traces.assertNone(worker.pid());
        }
        assertEquals(List.of(), DaemonProcess.runDirectories(folder));
    }

    @Test
    void sigtermEndsAllSessionsAndWorkers() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1", "--grace=300ms");
                DaemonSession quiet = daemon.connect();
                DaemonSession busy = daemon.connect()) {
            Services.value(quiet.services().reserveShared(1));
            Services.value(busy.services().reserveShared(1));
            busy.start(busy.load(CrashCode.loop()));
            busy.assertAnswers();
            List<ProcessHandle> workers = daemon.workers();
            assertTrue(workers.size() >= 2, workers.toString());
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
            assertTrue(end.errors().endsWith("orcinus: ended\n"), end::toString);
            assertEquals(ORDERLY, quiet.controller().awaitEnd());
            assertEquals(ORDERLY, busy.controller().awaitEnd());
            assertNothingLeft(workers);
        }
    }

    @Test
    void aDaemonWhoseWorkersAreNotReadyEndsWithoutAWordAboutThem() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=4")) {
            List<ProcessHandle> workers = daemon.workers();
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
            assertEquals(2, end.errors().lines().count(), end::toString);
            assertNothingLeft(workers);
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
    void afterSigkillTheWorkersEndByThemselvesAndTheNextDaemonTidiesUp() throws Exception {
        List<ProcessHandle> workers;
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1", "--grace=300ms");
                DaemonSession quiet = daemon.connect();
                DaemonSession busy = daemon.connect()) {
            Services.value(quiet.services().reserveShared(1));
            Services.value(busy.services().reserveShared(1));
            busy.start(busy.load(CrashCode.loop()));
            busy.assertAnswers();
            workers = daemon.workers();
            assertEquals(137, daemon.end("KILL").status());
            assertEquals(ORDERLY, quiet.controller().awaitEnd());
            assertEquals(ORDERLY, busy.controller().awaitEnd());
        }
        for (ProcessHandle worker : workers) {
            Traces.assertNone(worker.pid());
        }
        List<Path> abandoned = DaemonProcess.runDirectories(folder);
        assertEquals(1, abandoned.size());
        try (DaemonProcess next = DaemonProcess.start(folder, "--warm=0")) {
            assertEquals(1, DaemonProcess.runDirectories(folder).size());
            assertFalse(DaemonProcess.runDirectories(folder).containsAll(abandoned));
            assertEquals(0, next.terminate().status());
            assertNothingLeft(List.of());
        }
    }
}
