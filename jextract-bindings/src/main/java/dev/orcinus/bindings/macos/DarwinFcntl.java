package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CVariadicFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <fcntl.h>}. Its functions are variadic, which matters on arm64. */
public final class DarwinFcntl {
    /** Do not wait. */
    public static final int O_NONBLOCK = 4;

    /** Duplicate to the lowest free descriptor not below the argument, closed on exec. */
    public static final int F_DUPFD_CLOEXEC = 67;

    private static final CVariadicFunction OPEN = CVariadicFunction.named("open");
    private static final CVariadicFunction FCNTL = CVariadicFunction.named("fcntl");

    private DarwinFcntl() {}

    /**
     * Calls {@code int open(const char *file, int oflag, ...);}
     *
     * @param oflag flags that need no mode
     */
    public static int open(ErrnoState state, MemorySegment file, int oflag) {
        return (int) OPEN.call(state, address(file), oflag, 0);
    }

    /**
     * Calls {@code int fcntl(int fd, int cmd, ...);}
     *
     * @param argument an {@code int}, for the commands above
     */
    public static int fcntl(ErrnoState state, int fd, int cmd, int argument) {
        return (int) FCNTL.call(state, fd, cmd, argument);
    }
}
