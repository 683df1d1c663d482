package dev.orcinus.bindings.linux;

/** {@code <netinet/in.h>}. */
public final class LinuxIn {
    private LinuxIn() {}

    /** Offsets in {@code struct sockaddr_in}, and in that of IPv6. */
    public static final class SockaddrFamily {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_in";

        /** Address family, 16 bits. */
        public static final long SIN_FAMILY = 0;

        private SockaddrFamily() {}
    }

    /** Offsets in {@code struct sockaddr_in6}. */
    public static final class SockaddrFamily6 {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_in6";

        /** Address family, 16 bits. */
        public static final long SIN6_FAMILY = 0;

        private SockaddrFamily6() {}
    }
}
