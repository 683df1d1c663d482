package dev.orcinus.bindings.linux;

/** {@code <linux/netlink.h>}. */
public final class Netlink {
    /** A message that is a request. */
    public static final int NLM_F_REQUEST = 1;

    /** Sockets, as the protocol of a netlink socket. */
    public static final int NETLINK_SOCK_DIAG = 4;

    private Netlink() {}

    /** Offsets in {@code struct nlmsghdr}. */
    public static final class Nlmsghdr {
        /** The C type. */
        public static final String C_TYPE = "struct nlmsghdr";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** The length of the message with this header, 32 bits. */
        public static final long NLMSG_LEN = 0;

        /** Type, 16 bits. */
        public static final long NLMSG_TYPE = 4;

        /** Flags, 16 bits. */
        public static final long NLMSG_FLAGS = 6;

        private Nlmsghdr() {}
    }
}
