package dev.orcinus.bindings.linux;

/** {@code <errno.h>}. */
public final class LinuxErrno {
    /** Try again: it would have to wait. */
    public static final int EAGAIN = 11;

    /** No such system call. */
    public static final int ENOSYS = 38;

    /** Timed out. */
    public static final int ETIMEDOUT = 110;

    /** The connection was given up before it was accepted. */
    public static final int ECONNABORTED = 103;

    /** Nobody listens there. */
    public static final int ECONNREFUSED = 111;

    private LinuxErrno() {}
}
