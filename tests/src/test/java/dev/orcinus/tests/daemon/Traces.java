package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Checks that a process has left nothing behind. */
final class Traces {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path PROCESSES = Path.of("/proc");
    private static final int STATE = 0;
    private static final int GROUP = 2;
    private static final int SESSION = 3;

    private Traces() {}

    /** Requires that a process, its process group, and its shared memory are gone. */
    static void assertNone(long pid) throws InterruptedException {
        awaitGroup(pid, 0); // SIGKILL has been sent; the kernel needs a moment
        assertEquals(List.of(), sharedMemory(pid), "shared memory of process " + pid);
    }

    /** Waits until {@code size} processes of a group run. */
    static void awaitGroup(long group, int size) throws InterruptedException {
        long deadline = System.nanoTime() + Program.LIMIT.toNanos();
        List<String> processes = group(group);
        while (processes.size() != size && System.nanoTime() < deadline) {
            Thread.sleep(1);
            processes = group(group);
        }
        assertEquals(size, processes.size(), "processes of group " + group + ": " + processes);
    }

    private static List<String> sharedMemory(long pid) {
        try (Stream<Path> files = Files.list(SHARED_MEMORY)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("orcinus-" + pid + "-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the running processes of a group, without ended ones that are not reaped yet. */
    private static List<String> group(long group) {
        try (Stream<Path> processes = Files.list(PROCESSES)) {
            return processes.map(Traces::stat).filter(stat -> isInGroup(stat, group)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String stat(Path process) {
        try {
            return Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // no process, or it has ended
        }
    }

    /**
     * Kills processes that a daemon's guests have started and that have left the daemon's session:
     * all others with its environment.
     */
    static void killStrays(Path runtimeFolder, ProcessHandle daemon) {
        String variable = "XDG_RUNTIME_DIR=" + runtimeFolder + '\0';
        String ofDaemon = field(stat(path(daemon)), SESSION);
        ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(variable))
                .filter(process -> !field(stat(path(process)), SESSION).equals(ofDaemon))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static Path path(ProcessHandle process) {
        return PROCESSES.resolve(Long.toString(process.pid()));
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(path(process).resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // another user's, or it has ended
        }
    }

    /** Returns whether a process is in a group and has not ended. */
    private static boolean isInGroup(String stat, long group) {
        String state = field(stat, STATE);
        return !state.equals("Z")
                && !state.equals("X")
                && field(stat, GROUP).equals(Long.toString(group));
    }

    /**
     * Returns a field of {@code pid (name) state parent group session ...}; the name may hold any
     * characters. Empty if the process has ended.
     */
    private static String field(String stat, int index) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        return fields.length > index ? fields[index] : "";
    }
}
