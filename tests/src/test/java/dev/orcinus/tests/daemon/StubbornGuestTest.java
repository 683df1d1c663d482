package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.tests.jit.CompiledObject;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a session whose guest, or the guest's children, do not want to end leaves nothing. */
@Timeout(240)
final class StubbornGuestTest {
    /** Each function starts a process that runs for ever, and returns its id. */
    private static final String CODE =
            """
            #include <fcntl.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            static void stay() {
                for (int i = 0; i < 3; i++) close(i);
                for (;;) pause();
            }
            extern "C" int child() {
                int pid = fork();
                if (pid == 0) stay();
                return pid;
            }
            extern "C" int leader() {
                int pid = fork();
                if (pid == 0) { setsid(); stay(); }
                return pid;
            }
            extern "C" int orphan() {
                int ends[2];
                int pid = 0;
                if (pipe(ends)) return -1;
                if (fork() == 0) {
                    setsid();
                    pid = fork();
                    if (pid == 0) stay();
                    if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
                    _exit(0);
                }
                if (read(ends[0], &pid, sizeof pid) != sizeof pid) return -1;
                close(ends[0]);
                close(ends[1]);
                return pid;
            }
            extern "C" int command() {
                int pid = -1;
                FILE *shell = popen("setsid sleep 1000 >/dev/null 2>&1 & echo $!", "r");
                if (fscanf(shell, "%d", &pid) != 1) return -1;
                pclose(shell);
                return pid;
            }
            static void hideMark() {
                char text[4096] = {0};
                int fd = open("/proc/self/stat", O_RDONLY);
                if (read(fd, text, sizeof text - 1) <= 0) _exit(1);
                close(fd);
                char *at = strrchr(text, ')') + 2; // the third field
                for (int field = 3; field < 50; field++) at = strchr(at, ' ') + 1;
                char *start = (char *) strtoul(at, &at, 10);
                char *end = (char *) strtoul(at, 0, 10);
                memset(start, 0, end - start);
            }
            extern "C" int hidden() {
                int ends[2];
                int pid = 0;
                if (pipe(ends)) return -1;
                if (fork() == 0) {
                    setsid();
                    pid = fork();
                    if (pid != 0) _exit(0);
                    hideMark();
                    pid = getpid();
                    if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
                    stay();
                }
                if (read(ends[0], &pid, sizeof pid) != sizeof pid) return -1;
                close(ends[0]);
                close(ends[1]);
                return pid;
            }
            """;

    /** More than a tick of the clock by which the kernel tells when a process was started. */
    private static final int TICK_MILLIS = 50;

    private static final String[] FUNCTIONS = {"child", "leader", "orphan", "command"};

    @TempDir private Path folder;

    private DaemonProcess start(String... options) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("--grace=300ms", "--listen=unix:" + socket()));
        all.addAll(options.length == 0 ? List.of("--warm=0") : List.of(options));
        return DaemonProcess.start(folder, all.toArray(String[]::new));
    }

    private Path socket() {
        return folder.resolve("listen");
    }

    private List<Long> startChildren(RemoteJit jit) throws Exception {
        return startChildren(jit, FUNCTIONS);
    }

    private List<Long> startChildren(RemoteJit jit, String... functions) throws Exception {
        RemoteDylib dylib = jit.createDylib("stubborn");
        dylib.add(CompiledObject.compile(folder, "stubborn", CODE));
        List<Long> children = new ArrayList<>();
        for (String function : functions) {
            long pid = dylib.run(function, List.of());
            assertTrue(pid > 0 && isRunning(pid), function + ": " + pid);
            children.add(pid);
        }
        return children;
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }

    private static void assertGone(List<Long> processes) throws InterruptedException {
        long deadline = System.nanoTime() + Program.LIMIT.toNanos();
        while (processes.stream().anyMatch(StubbornGuestTest::isRunning)
                && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertEquals(List.of(), processes.stream().filter(StubbornGuestTest::isRunning).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOP", "TSTP"})
    void aGuestThatIsStoppedLosesItsPlaceAfterTheGrace(String signal) throws Exception {
        try (DaemonProcess daemon =
                DaemonProcess.start(folder, "--warm=0", "--sessions=1", "--grace=300ms")) {
            DaemonSession stopped = daemon.connect();
            stopped.assertAnswers();
            DaemonProcess.signal(stopped.pid(), signal);
            stopped.close();
            stopped.awaitEnd();
            Traces.assertNone(stopped.pid());
            try (DaemonSession next = daemon.connect()) {
                next.assertAnswers();
            }
        }
    }

    @Test
    void childrenEndWithTheirSessionAndNotWithAnother() throws Exception {
        try (DaemonProcess daemon = start()) {
            List<Long> ofOther;
            try (RemoteJit other = Jit.connect(socket())) {
                ofOther = startChildren(other);
                List<Long> children;
                try (RemoteJit jit = Jit.connect(socket())) {
                    children = startChildren(jit);
                }
                assertGone(children);
                assertTrue(
                        ofOther.stream().allMatch(StubbornGuestTest::isRunning), ofOther::toString);
            }
            assertGone(ofOther);
            assertEquals(0, daemon.terminate().status());
        }
    }

    /**
     * A process that has removed its mark and lost its parent can belong to each session that ran
     * when it was started, if that had run code. A guest that waits for a session has run none.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    @SuppressWarnings("try") // the end of the later session is what is waited for
    void aProcessThatHidesWhoseItIsEndsWithTheSessionsThatCanHaveStartedIt(int warm)
            throws Exception {
        try (DaemonProcess daemon = start("--warm=" + warm)) {
            RemoteJit older = Jit.connect(socket());
            var _ = startChildren(older, "child"); // it has run code before
            List<Long> hidden;
            try (RemoteJit owner = Jit.connect(socket())) {
                hidden = startChildren(owner, "hidden");
            }
            Thread.sleep(TICK_MILLIS);
            try (RemoteJit later = Jit.connect(socket())) {
                List<Long> ofLater = startChildren(later, "hidden");
                assertTrue(isRunning(hidden.getFirst()), "the older session may have started it");
                older.close();
                assertGone(hidden);
                assertTrue(isRunning(ofLater.getFirst()), "a process of another session");
                later.close();
                assertGone(ofLater);
            }
            assertEquals(0, daemon.terminate().status());
        }
    }

    @Test
    void nothingStaysOfADaemonThatIsKilled() throws Exception {
        List<Long> children;
        try (DaemonProcess daemon = start()) {
            RemoteJit jit = Jit.connect(socket());
            children = startChildren(jit);
            List<Long> own = daemon.processes().stream().map(ProcessHandle::pid).toList();
            assertEquals(137, daemon.end("KILL").status());
            assertGone(own);
            assertGone(children);
        }
    }

    /** A daemon of an older version, or one that was killed with all its processes, leaves more. */
    @Test
    void theNextDaemonEndsWhatOneWithoutAnEndWatchHasLeft() throws Exception {
        List<Long> children;
        try (DaemonProcess daemon = start()) {
            children = startChildren(Jit.connect(socket()));
            EndTest.awaitEndWatch(daemon).destroyForcibly();
            assertEquals(137, daemon.end("KILL").status());
        }
        assertTrue(children.stream().anyMatch(StubbornGuestTest::isRunning), children::toString);
        try (DaemonProcess next = start()) {
            assertGone(children);
            assertEquals(0, next.terminate().status());
        }
    }
}
