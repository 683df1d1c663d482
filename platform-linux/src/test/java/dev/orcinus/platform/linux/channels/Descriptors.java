package dev.orcinus.platform.linux.channels;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Makes descriptors of the kinds that this process inherits. */
final class Descriptors {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int F_GETFD = 1;

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
