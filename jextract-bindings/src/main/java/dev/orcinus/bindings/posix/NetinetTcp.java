package dev.orcinus.bindings.posix;

/** {@code <netinet/tcp.h>}. */
public final class NetinetTcp {
    /** Send at once, without waiting for acknowledgements (no Nagle). */
    public static final int TCP_NODELAY = 1;

    private NetinetTcp() {}
}
