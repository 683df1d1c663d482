package dev.orcinus.platform.linux.channels;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Makes descriptors of the kinds that this process inherits. */
final class Descriptors {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int F_GETFD = 1;
    private static final int O_PATH = 0x200000;

    private Descriptors() {}

    /** Makes a pipe and returns its two ends: to read, to write. */
    static int[] pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            assertEquals(0, (int) call("pipe", ends.address()));
            return ends.toArray(JAVA_INT);
        }
    }

    /** Makes two connected Unix-domain sockets. */
    static int[] socketPair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            assertEquals(0, (int) call("socketpair", AF_UNIX, SOCK_STREAM, 0, ends.address()));
            return ends.toArray(JAVA_INT);
        }
    }

    /** Opens a descriptor that stands for a path and nothing else. */
    static int path(String path) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) call("open", arena.allocateFrom(path).address(), O_PATH);
            assertTrue(fd >= 0, path);
            return fd;
        }
    }

    /** Returns the pipes, event descriptors and folders that this process has open, sorted. */
    static List<String> open() throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : all.toList()) {
                if (Files.isSymbolicLink(each)) {
                    String target = Files.readSymbolicLink(each).toString();
                    if (target.equals("/") || !target.startsWith("/")) {
                        open.add(each.getFileName() + " " + target);
                    }
                }
            }
        }
        open.sort(null);
        return open;
    }

    static void close(int fd) {
        assertEquals(0, (int) call("close", fd));
    }

    static boolean isClosedOnExec(int fd) {
        return call("fcntl", fd, F_GETFD) == 1;
    }

    /** Calls a C function that this module has no binding of. */
    static long call(String name, long... arguments) {
        long[] all = Arrays.copyOf(arguments, 6);
        return CFunction.named(name)
                .call(ErrnoState.IGNORED, all[0], all[1], all[2], all[3], all[4], all[5]);
    }
}
