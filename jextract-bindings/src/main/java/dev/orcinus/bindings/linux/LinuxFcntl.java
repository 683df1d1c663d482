package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <fcntl.h>}. */
public final class LinuxFcntl {
    /** Create the file. */
    public static final int O_CREAT = 0x40;

    /** Fail if the file exists. */
    public static final int O_EXCL = 0x80;

    /** The path may be empty: the descriptor itself is meant. */
    public static final int AT_EMPTY_PATH = 0x1000;

    /** Make the file empty. */
    public static final int O_TRUNC = 0x200;

    /** Write at the end of the file. */
    public static final int O_APPEND = 0x400;

    /** Do not wait. */
    public static final int O_NONBLOCK = 0x800;

    /** Close the descriptor on exec. */
    public static final int O_CLOEXEC = 0x80000;

    /** The descriptor stands for a place, and neither reads nor writes. */
    public static final int O_PATH = 0x200000;

    /** Duplicate to the lowest free descriptor not below the argument, closed on exec. */
    public static final int F_DUPFD_CLOEXEC = 1030;

    /** Set how many bytes a pipe holds. */
    public static final int F_SETPIPE_SZ = 1031;

    /** Make a hole, in which a file reads as zeros. */
    public static final int FALLOC_FL_PUNCH_HOLE = 2;

    /** Do not change the length of the file. */
    public static final int FALLOC_FL_KEEP_SIZE = 1;

    private static final CFunction FALLOCATE = CFunction.named("fallocate");
    private static final CFunction OPEN = CFunction.named("open");
    private static final CFunction FCNTL = CFunction.named("fcntl");

    /**
     * Calls {@code int open(const char *file, int oflag, ...);}
     *
     * @param oflag flags that need no mode
     */
    public static int open(ErrnoState state, MemorySegment file, int oflag) {
        return (int) OPEN.call(state, address(file), oflag);
    }

    /** Calls {@code int fallocate(int fd, int mode, off_t offset, off_t len);} */
    public static int fallocate(ErrnoState state, int fd, int mode, long offset, long len) {
        return (int) FALLOCATE.call(state, fd, mode, offset, len);
    }

    /**
     * Calls {@code int fcntl(int fd, int cmd, ...);}
     *
     * @param argument an {@code int}, for the commands above
     */
    public static int fcntl(ErrnoState state, int fd, int cmd, int argument) {
        return (int) FCNTL.call(state, fd, cmd, argument);
    }

    private LinuxFcntl() {}
}
