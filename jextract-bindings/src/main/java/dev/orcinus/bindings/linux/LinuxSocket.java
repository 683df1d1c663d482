package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/socket.h>}. */
public final class LinuxSocket {
    /** IPv6. */
    public static final int AF_INET6 = 10;

    /** Messages to and from the kernel. */
    public static final int AF_NETLINK = 16;

    /** A socket for messages of a protocol. */
    public static final int SOCK_RAW = 3;

    /** Close the descriptor on exec. */
    public static final int SOCK_CLOEXEC = 0x80000;

    /** The socket level of options. */
    public static final int SOL_SOCKET = 1;

    /** Bind an address that was in use a moment ago. */
    public static final int SO_REUSEADDR = 2;

    /** The socket's type. */
    public static final int SO_TYPE = 3;

    /** The process at the other end of a Unix-domain socket. */
    public static final int SO_PEERCRED = 17;

    /** Do not wait. */
    public static final int MSG_DONTWAIT = 0x40;

    /** No SIGPIPE. */
    public static final int MSG_NOSIGNAL = 0x4000;

    /** Messages, in their order. */
    public static final int SOCK_SEQPACKET = 5;

    /** Descriptors that come with a message. */
    public static final int SCM_RIGHTS = 1;

    /** Close the descriptors that come on exec. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final CFunction ACCEPT4 = CFunction.named("accept4");

    /** Calls {@code int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);} */
    public static int accept4(
            ErrnoState state, int fd, MemorySegment addr, MemorySegment len, int flags) {
        return (int) ACCEPT4.call(state, fd, address(addr), address(len), flags);
    }

    /** Offsets in {@code struct ucred}. */
    public static final class Ucred {
        /** The C type. */
        public static final String C_TYPE = "struct ucred";

        /** Its size in bytes. */
        public static final long SIZEOF = 12;

        /** Process id, 32 bits. */
        public static final long PID = 0;

        /** User id, 32 bits. */
        public static final long UID = 4;

        private Ucred() {}
    }

    /** Offsets in {@code struct msghdr}. */
    public static final class Msghdr {
        /** The C type. */
        public static final String C_TYPE = "struct msghdr";

        /** Its size in bytes. */
        public static final long SIZEOF = 56;

        /** Array of {@code struct iovec}. */
        public static final long MSG_IOV = 16;

        /** Its length, 64 bits. */
        public static final long MSG_IOVLEN = 24;

        /** What comes with the message: {@link Cmsghdr} and descriptors. */
        public static final long MSG_CONTROL = 32;

        /** Its length in bytes, 64 bits. */
        public static final long MSG_CONTROLLEN = 40;

        private Msghdr() {}
    }

    /** Offsets in {@code struct cmsghdr}, which the descriptors follow, 32 bits each. */
    public static final class Cmsghdr {
        /** The C type. */
        public static final String C_TYPE = "struct cmsghdr";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** The length of the header and of what follows, 64 bits. */
        public static final long CMSG_LEN = 0;

        /** The level of the protocol, 32 bits. */
        public static final long CMSG_LEVEL = 8;

        /** What follows, 32 bits. */
        public static final long CMSG_TYPE = 12;

        private Cmsghdr() {}
    }

    private LinuxSocket() {}
}
