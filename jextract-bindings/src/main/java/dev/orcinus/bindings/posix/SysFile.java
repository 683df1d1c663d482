package dev.orcinus.bindings.posix;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <sys/file.h>}. */
public final class SysFile {
    /** A lock that one open file at a time can have. */
    public static final int LOCK_EX = 2;

    /** Fail instead of waiting. */
    public static final int LOCK_NB = 4;

    private static final CFunction FLOCK = CFunction.named("flock");

    private SysFile() {}

    /** Calls {@code int flock(int fd, int operation);} */
    public static int flock(ErrnoState state, int fd, int operation) {
        return (int) FLOCK.call(state, fd, operation);
    }
}
