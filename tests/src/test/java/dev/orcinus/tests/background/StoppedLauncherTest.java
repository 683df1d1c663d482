package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a launcher's process which is stopped before its session has begun is waited for as
 * long as its controller lives, and no longer.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(240)
final class StoppedLauncherTest {
    /**
     * Runs a command until a daemon's answer has come to it, or until it has executed what the
     * answer names, and stops it there.
     */
    private static final String STOPPER =
            """
            #include <signal.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/ptrace.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static int answered(pid_t pid, int *is_receiving) {
                struct __ptrace_syscall_info info;
                if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *) sizeof info, &info) <= 0) return 0;
                if (info.op == PTRACE_SYSCALL_INFO_ENTRY) *is_receiving = info.entry.nr == SYS_recvmsg;
                return info.op == PTRACE_SYSCALL_INFO_EXIT && *is_receiving && info.exit.rval >= 12;
            }
            int main(int argc, char **argv) {
                int status, is_receiving = 0, was_answered = 0, is_there = 0;
                pid_t pid = fork();
                if (pid == 0) {
                    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(77);
                    raise(SIGSTOP);
                    execv(argv[2], argv + 2);
                    _exit(78);
                }
                waitpid(pid, &status, 0);
                if (!WIFSTOPPED(status)) return 77;
                ptrace(PTRACE_SETOPTIONS, pid, 0, (void *) (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC));
                for (int signal = 0; !is_there; ) {
                    if (ptrace(PTRACE_SYSCALL, pid, 0, (void *) (long) signal)) return 79;
                    waitpid(pid, &status, 0);
                    if (!WIFSTOPPED(status)) return 79;
                    signal = WSTOPSIG(status);
                    if (signal == (SIGTRAP | 0x80)) {
                        was_answered |= answered(pid, &is_receiving);
                        is_there = was_answered && !strcmp(argv[1], "answered");
                        signal = 0;
                    } else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
                        is_there = was_answered;
                        signal = 0;
                    }
                }
                kill(pid, SIGSTOP);
                ptrace(PTRACE_DETACH, pid, 0, 0);
                fprintf(stderr, "stopped %d\\n", pid);
                waitpid(pid, &status, 0);
                return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            }
            """;

    /** Longer than a stopped process is waited for without a controller. */
    private static final long PATIENCE_MILLIS = 8_000;

    private static final int NO_TRACE = 77;
    private static final int KILLED = 128 + 9;

    @TempDir private Path directory;
    private BackgroundHome home;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(directory.resolve("stopper.c"), STOPPER);
        shell("cc -w stopper.c -o stopper");
        assumeTrue(Files.exists(directory.resolve("stopper")), "no C compiler");
        assumeTrue(
                shell("./stopper executed /bin/true").status() != NO_TRACE,
                "no process may be traced here");
        home = new BackgroundHome(directory);
        var _ = home.start();
    }

    @AfterEach
    void end() {
        if (home != null) {
            home.close();
        }
    }

    private Finished shell(String script) throws InterruptedException {
        try (Program program = Program.start(directory, List.of("/bin/sh", "-c", script))) {
            return program.finish();
        }
    }

    /** Starts a launcher whose controller lives, until the daemon answers one; it is stopped. */
    private Program startStopped(String place) throws Exception {
        String script =
                "rm -f hold holder; mkfifo hold; sleep 600 >hold 2>&- & echo $! >holder;"
                        + " exec /usr/bin/env -u CI ORCINUS_DAEMON=on XDG_RUNTIME_DIR="
                        + home.folder()
                        + " ./stopper "
                        + place
                        + " "
                        + BackgroundHome.launcher()
                        + " filedescs=0,1 <hold 2>errors";
        while (true) {
            Program program =
                    Program.start(directory, List.of("/bin/sh", "-c", "rm -f errors; " + script));
            Path errors = directory.resolve("errors");
            Program.await(() -> hasStopped(errors) || !isAlive(program.pid()), "it is stopped");
            if (hasStopped(errors)) {
                return program;
            }
            endController();
            program.close();
        }
    }

    private static boolean hasStopped(Path errors) throws Exception {
        return Files.exists(errors) && Files.readString(errors).contains("stopped ");
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private long stopped() throws Exception {
        String errors = Files.readString(directory.resolve("errors"));
        String line = errors.lines().findFirst().orElseThrow();
        return Long.parseLong(line.substring("stopped ".length()));
    }

    private static boolean isStopped(long pid) throws Exception {
        return Files.readString(Path.of("/proc", Long.toString(pid), "stat")).contains(") T ");
    }

    private void endController() throws Exception {
        shell("kill $(cat holder)");
    }

    private void awaitIdle() throws Exception {
        Program.await(
                () -> home.run("status").output().contains(" 0 running"),
                "the daemon serves nobody");
    }

    /** Nobody waits for it, so it is killed, and the daemon's log has a line. */
    @ParameterizedTest
    @ValueSource(strings = {"answered", "executed"})
    void withoutItsControllerItIsKilled(String place) throws Exception {
        try (Program program = startStopped(place)) {
            long pid = stopped();
            Program.await(() -> isStopped(pid), "it is stopped");
            endController();
            assertEquals(KILLED, program.finish().status());
        }
        awaitIdle();
        Path log = log();
        Program.await( // a thread of its own writes it
                () -> Files.readString(log).contains("a session was not served: "), "a line");
    }

    private Path log() throws Exception {
        return home.content().stream()
                .filter(file -> file.endsWith("log"))
                .findFirst()
                .orElseThrow();
    }

    /** A user may stop the whole job at any time, and continue it. */
    @ParameterizedTest
    @ValueSource(strings = {"answered", "executed"})
    void withItsControllerItGoesOn(String place) throws Exception {
        try (Program program = startStopped(place)) {
            long pid = stopped();
            Program.await(() -> isStopped(pid), "it is stopped");
            Thread.sleep(PATIENCE_MILLIS);
            assertTrue(isStopped(pid), "it is waited for");
            shell("kill -CONT " + pid);
            Program.await(
                    () -> ProcessHandle.of(pid).orElseThrow().descendants().findAny().isPresent(),
                    "a guest");
            endController();
            assertEquals(0, program.finish().status());
        }
        awaitIdle();
    }
}
