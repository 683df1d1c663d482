package dev.orcinus.bindings.macos;

/** {@code <netinet/in.h>}. */
public final class DarwinIn {
    private DarwinIn() {}

    /** Offsets in {@code struct sockaddr_in}, and in that of IPv6. */
    public static final class SockaddrLength {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_in";

        /** Length of the struct, 8 bits. */
        public static final long SIN_LEN = 0;

        /** Address family, 8 bits. */
        public static final long SIN_FAMILY = 1;

        private SockaddrLength() {}
    }

    /** Offsets in {@code struct sockaddr_in6}. */
    public static final class SockaddrLength6 {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_in6";

        /** Length of the struct, 8 bits. */
        public static final long SIN6_LEN = 0;

        /** Address family, 8 bits. */
        public static final long SIN6_FAMILY = 1;

        private SockaddrLength6() {}
    }
}
