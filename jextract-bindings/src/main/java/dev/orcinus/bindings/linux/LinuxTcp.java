package dev.orcinus.bindings.linux;

/** {@code <netinet/tcp.h>}. */
public final class LinuxTcp {
    /** Send a pending acknowledgement at once. */
    public static final int TCP_QUICKACK = 12;

    private LinuxTcp() {}
}
