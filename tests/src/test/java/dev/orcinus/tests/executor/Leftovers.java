package dev.orcinus.tests.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Checks that an executor has left nothing behind. */
public final class Leftovers {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 1_000_000;

    private Leftovers() {}

    /**
     * Requires that nothing is left of the executor process {@code pid}, once it has been reaped:
     * by the first process, if its parent has ended before it.
     */
    public static void assertNone(long pid) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<String> left = of(pid);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
            left = of(pid);
        }
        assertEquals(List.of(), left, "left behind by the executor " + pid);
    }

    /**
     * Removes the shared memory of a killed executor, because a later one may get its process id.
     */
    public static void remove(long pid) throws IOException {
        if (!Files.isDirectory(SHARED_MEMORY)) {
            return;
        }
        try (Stream<Path> files = Files.list(SHARED_MEMORY)) {
            for (Path file : files.filter(f -> isOf(pid, f)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isOf(long pid, Path file) {
        return file.getFileName().toString().startsWith("orcinus-" + pid + "-");
    }

    private static List<String> of(long pid) {
        List<String> left = new ArrayList<>();
        if (Files.exists(Path.of("/proc", Long.toString(pid)))) {
            left.add("process " + pid);
        }
        if (Files.isDirectory(SHARED_MEMORY)) {
            try (Stream<Path> files = Files.list(SHARED_MEMORY)) {
                files.filter(file -> isOf(pid, file)).map(Path::toString).forEach(left::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return left;
    }
}
