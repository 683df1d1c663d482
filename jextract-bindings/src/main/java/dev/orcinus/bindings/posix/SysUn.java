package dev.orcinus.bindings.posix;

/** {@code <sys/un.h>}. */
public final class SysUn {
    private SysUn() {}

    /** Offsets in {@code struct sockaddr_un}. */
    public static final class SockaddrUn {
        /** The C type. */
        public static final String C_TYPE = "struct sockaddr_un";

        /** The path of the socket's file, ended by a zero byte. */
        public static final long SUN_PATH = 2;

        private SockaddrUn() {}
    }
}
