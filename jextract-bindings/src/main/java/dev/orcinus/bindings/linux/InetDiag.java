package dev.orcinus.bindings.linux;

/** {@code <linux/inet_diag.h>}. */
public final class InetDiag {
    private InetDiag() {}

    /** Offsets in {@code struct inet_diag_sockid}. */
    public static final class InetDiagSockid {
        /** The C type. */
        public static final String C_TYPE = "struct inet_diag_sockid";

        /** Its size in bytes. */
        public static final long SIZEOF = 48;

        /** The socket's own port, 16 bits, big-endian. */
        public static final long IDIAG_SPORT = 0;

        /** Its peer's port, 16 bits, big-endian. */
        public static final long IDIAG_DPORT = 2;

        /** The socket's own address, 16 bytes. */
        public static final long IDIAG_SRC = 4;

        /** Its peer's address, 16 bytes. */
        public static final long IDIAG_DST = 20;

        /** The cookie, 64 bits. */
        public static final long IDIAG_COOKIE = 40;

        private InetDiagSockid() {}
    }

    /** Offsets in {@code struct inet_diag_req_v2}. */
    public static final class InetDiagReqV2 {
        /** The C type. */
        public static final String C_TYPE = "struct inet_diag_req_v2";

        /** Its size in bytes. */
        public static final long SIZEOF = 56;

        /** Address family, 8 bits. */
        public static final long SDIAG_FAMILY = 0;

        /** Protocol, 8 bits. */
        public static final long SDIAG_PROTOCOL = 1;

        /** The socket, {@code struct inet_diag_sockid}. */
        public static final long ID = 8;

        private InetDiagReqV2() {}
    }

    /** Offsets in {@code struct inet_diag_msg}. */
    public static final class InetDiagMsg {
        /** The C type. */
        public static final String C_TYPE = "struct inet_diag_msg";

        /** Its size in bytes. */
        public static final long SIZEOF = 72;

        /** The socket's user, 32 bits. */
        public static final long IDIAG_UID = 64;

        /** Its inode, 32 bits; 0 if no process holds the socket. */
        public static final long IDIAG_INODE = 68;

        private InetDiagMsg() {}
    }
}
