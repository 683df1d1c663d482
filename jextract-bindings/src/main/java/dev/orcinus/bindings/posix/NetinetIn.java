package dev.orcinus.bindings.posix;

/** {@code <netinet/in.h>}. Ports and addresses are in network byte order. */
public final class NetinetIn {
    /** The TCP level of socket options. */
    public static final int IPPROTO_TCP = 6;

    private NetinetIn() {}

    /** Offsets in {@code struct sockaddr_in}. */
    public static final class SockaddrIn {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_in";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** Port, 16 bits. */
        public static final long SIN_PORT = 2;

        /** Address, 4 bytes. */
        public static final long SIN_ADDR = 4;

        private SockaddrIn() {}
    }

    /** Offsets in {@code struct sockaddr_in6}. */
    public static final class SockaddrIn6 {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_in6";

        /** Its size in bytes. */
        public static final long SIZEOF = 28;

        /** Port, 16 bits. */
        public static final long SIN6_PORT = 2;

        /** Address, 16 bytes. */
        public static final long SIN6_ADDR = 8;

        /** Interface of a link-local address, 32 bits. */
        public static final long SIN6_SCOPE_ID = 24;

        private SockaddrIn6() {}
    }
}
