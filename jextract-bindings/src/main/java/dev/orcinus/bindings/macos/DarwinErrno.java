package dev.orcinus.bindings.macos;

/** {@code <errno.h>}. */
public final class DarwinErrno {
    /** Try again: it would have to wait. */
    public static final int EAGAIN = 35;

    /** The connection was given up before it was accepted. */
    public static final int ECONNABORTED = 53;

    /** Nobody listens there. */
    public static final int ECONNREFUSED = 61;

    /** Timed out. */
    public static final int ETIMEDOUT = 60;

    private DarwinErrno() {}
}
