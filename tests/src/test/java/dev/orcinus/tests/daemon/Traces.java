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
     * Kills processes that a daemon's guests have started and the daemon does not know: all with
     * its environment.
     */
    static void killStrays(Path runtimeFolder, ProcessHandle daemon) {
        String variable = "XDG_RUNTIME_DIR=" + runtimeFolder + '\0';
        List<ProcessHandle> known = Stream.concat(Stream.of(daemon), daemon.descendants()).toList();
        ProcessHandle.allProcesses()
                .filter(process -> !known.contains(process))
                .filter(process -> environment(process).contains(variable))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static String environment(ProcessHandle process) {
        try {
            Path file = PROCESSES.resolve(process.pid() + "/environ");
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // another user's, or it has ended
        }
    }

    /**
     * Returns whether a process is in a group, from {@code pid (name) state parent group ...}; the
     * name may hold any characters.
     */
    private static boolean isInGroup(String stat, long group) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        return fields.length > 2
                && !fields[0].equals("Z")
                && !fields[0].equals("X")
                && fields[2].equals(Long.toString(group));
    }
}
