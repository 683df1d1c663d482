package dev.orcinus.bindings.posix;

/** {@code <errno.h>}. */
public final class Errno {
    /** Not permitted. */
    public static final int EPERM = 1;

    /** No such file. */
    public static final int ENOENT = 2;

    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    /** No such descriptor. */
    public static final int EBADF = 9;

    /** Out of memory. */
    public static final int ENOMEM = 12;

    /** The permissions do not allow it. */
    public static final int EACCES = 13;

    /** It exists already. */
    public static final int EEXIST = 17;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** Nobody reads from the pipe or socket. */
    public static final int EPIPE = 32;

    private Errno() {}
}
