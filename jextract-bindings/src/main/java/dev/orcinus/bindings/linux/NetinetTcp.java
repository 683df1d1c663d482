package dev.orcinus.bindings.linux;

/** {@code <netinet/tcp.h>}. */
public final class NetinetTcp {
    /** Send at once, without waiting for acknowledgements (no Nagle). */
    public static final int TCP_NODELAY = 1;

    /** Send a pending acknowledgement at once. */
    public static final int TCP_QUICKACK = 12;

    private NetinetTcp() {}
}
