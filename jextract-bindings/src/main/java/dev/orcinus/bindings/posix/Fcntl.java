package dev.orcinus.bindings.posix;

/** {@code <fcntl.h>}. */
public final class Fcntl {
    /** Open for reading. */
    public static final int O_RDONLY = 0;

    /** Open for writing. */
    public static final int O_WRONLY = 1;

    /** Open for reading and writing. */
    public static final int O_RDWR = 2;

    /** Set the descriptor's flags. */
    public static final int F_SETFD = 2;

    /** Get the open file's flags. */
    public static final int F_GETFL = 3;

    /** Set the open file's flags. */
    public static final int F_SETFL = 4;

    /** Close the descriptor on exec. */
    public static final int FD_CLOEXEC = 1;

    private Fcntl() {}
}
