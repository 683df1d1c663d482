package dev.orcinus.bindings.macos;

/** {@code <sys/proc_info.h>}. */
public final class SysProcInfo {
    /** Lists the processes of one effective user. */
    public static final int PROC_UID_ONLY = 4;

    /** Lists a process's descriptors. */
    public static final int PROC_PIDLISTFDS = 1;

    /** Describes a thread by its id. */
    public static final int PROC_PIDTHREADID64INFO = 15;

    /** The descriptor is a socket. */
    public static final int PROX_FDTYPE_SOCKET = 2;

    /** Describes a socket. */
    public static final int PROC_PIDFDSOCKETINFO = 3;

    /** The socket is one of TCP. */
    public static final int SOCKINFO_TCP = 2;

    /** The address is one of IPv4. */
    public static final int INI_IPV4 = 1;

    private SysProcInfo() {}

    /** The size of {@code struct proc_threadinfo}. */
    public static final class ThreadInfo {
        /** The C type. */
        public static final String C_TYPE = "struct proc_threadinfo";

        /** Its size in bytes. */
        public static final long SIZEOF = 112;

        private ThreadInfo() {}
    }

    /** Offsets in {@code struct proc_fdinfo}. */
    public static final class FdInfo {
        /** The C type. */
        public static final String C_TYPE = "struct proc_fdinfo";

        /** Its size in bytes. */
        public static final long SIZEOF = 8;

        /** The descriptor, 32 bits. */
        public static final long PROC_FD = 0;

        /** Its type, 32 bits. */
        public static final long PROC_FDTYPE = 4;

        private FdInfo() {}
    }

    /** Offsets in {@code struct socket_fdinfo}. */
    public static final class SocketFdInfo {
        /** The C type. */
        public static final String C_TYPE = "struct socket_fdinfo";

        /** Its size in bytes. */
        public static final long SIZEOF = 792;

        /** The {@code struct socket_info}. */
        public static final long PSI = 24;

        private SocketFdInfo() {}
    }

    /** Offsets in {@code struct socket_info}. */
    public static final class SocketInfo {
        /** The C type. */
        public static final String C_TYPE = "struct socket_info";

        /** The kind of socket, 32 bits. */
        public static final long SOI_KIND = 232;

        /** For TCP a {@code struct tcp_sockinfo}. */
        public static final long SOI_PROTO = 240;

        private SocketInfo() {}
    }

    /** Offsets in {@code struct tcp_sockinfo}. */
    public static final class TcpSockInfo {
        /** The C type. */
        public static final String C_TYPE = "struct tcp_sockinfo";

        /** The {@code struct in_sockinfo}. */
        public static final long TCPSI_INI = 0;

        private TcpSockInfo() {}
    }

    /** Offsets in {@code struct in_sockinfo}. */
    public static final class InSockInfo {
        /** The C type. */
        public static final String C_TYPE = "struct in_sockinfo";

        /** Foreign port, 32 bits of which 16 are in network byte order. */
        public static final long INSI_FPORT = 0;

        /** Local port, as the foreign one. */
        public static final long INSI_LPORT = 4;

        /** Kind of the addresses, 8 bits. */
        public static final long INSI_VFLAG = 24;

        /** Foreign address, 16 bytes; the last four for IPv4. */
        public static final long INSI_FADDR = 32;

        /** Local address, as the foreign one. */
        public static final long INSI_LADDR = 48;

        private InSockInfo() {}
    }
}
