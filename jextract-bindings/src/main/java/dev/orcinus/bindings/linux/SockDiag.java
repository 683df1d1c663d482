package dev.orcinus.bindings.linux;

/** {@code <linux/sock_diag.h>}. */
public final class SockDiag {
    /** The type of a request for the sockets of an address family. */
    public static final int SOCK_DIAG_BY_FAMILY = 20;

    private SockDiag() {}
}
