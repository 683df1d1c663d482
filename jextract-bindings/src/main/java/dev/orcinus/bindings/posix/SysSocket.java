package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/socket.h>}. */
public final class SysSocket {
    /** This machine: addresses are paths of files. */
    public static final int AF_UNIX = 1;

    /** IPv4. */
    public static final int AF_INET = 2;

    /** A byte stream. */
    public static final int SOCK_STREAM = 1;

    /** Messages of a limited size. */
    public static final int SOCK_DGRAM = 2;

    /** End both directions. */
    public static final int SHUT_RDWR = 2;

    private static final CFunction SOCKET = CFunction.named("socket");
    private static final CFunction BIND = CFunction.named("bind");
    private static final CFunction CONNECT = CFunction.named("connect");
    private static final CFunction LISTEN = CFunction.named("listen");
    private static final CFunction SHUTDOWN = CFunction.named("shutdown");
    private static final CFunction GETSOCKNAME = CFunction.named("getsockname");
    private static final CFunction GETPEERNAME = CFunction.named("getpeername");
    private static final CFunction GETSOCKOPT = CFunction.named("getsockopt");
    private static final CFunction SETSOCKOPT = CFunction.named("setsockopt");
    private static final CFunction RECV = CFunction.named("recv");
    private static final CFunction SENDMSG = CFunction.named("sendmsg");
    private static final CFunction RECVMSG = CFunction.named("recvmsg");

    private SysSocket() {}

    /** Calls {@code int socket(int domain, int type, int protocol);} */
    public static int socket(ErrnoState state, int domain, int type, int protocol) {
        return (int) SOCKET.call(state, domain, type, protocol);
    }

    /** Calls {@code int bind(int fd, const struct sockaddr *addr, socklen_t len);} */
    public static int bind(ErrnoState state, int fd, MemorySegment addr, int len) {
        return (int) BIND.call(state, fd, address(addr), len);
    }

    /** Calls {@code int connect(int fd, const struct sockaddr *addr, socklen_t len);} */
    public static int connect(ErrnoState state, int fd, MemorySegment addr, int len) {
        return (int) CONNECT.call(state, fd, address(addr), len);
    }

    /** Calls {@code int listen(int fd, int backlog);} */
    public static int listen(ErrnoState state, int fd, int backlog) {
        return (int) LISTEN.call(state, fd, backlog);
    }

    /** Calls {@code int shutdown(int fd, int how);} */
    public static int shutdown(ErrnoState state, int fd, int how) {
        return (int) SHUTDOWN.call(state, fd, how);
    }

    /** Calls {@code int getsockname(int fd, struct sockaddr *addr, socklen_t *len);} */
    public static int getsockname(ErrnoState state, int fd, MemorySegment addr, MemorySegment len) {
        return (int) GETSOCKNAME.call(state, fd, address(addr), address(len));
    }

    /** Calls {@code int getpeername(int fd, struct sockaddr *addr, socklen_t *len);} */
    public static int getpeername(ErrnoState state, int fd, MemorySegment addr, MemorySegment len) {
        return (int) GETPEERNAME.call(state, fd, address(addr), address(len));
    }

    /**
     * Calls {@code int getsockopt(int fd, int level, int optname, void *optval, socklen_t
     * *optlen);}
     */
    public static int getsockopt(
            ErrnoState state,
            int fd,
            int level,
            int optname,
            MemorySegment optval,
            MemorySegment optlen) {
        return (int) GETSOCKOPT.call(state, fd, level, optname, address(optval), address(optlen));
    }

    /**
     * Calls {@code int setsockopt(int fd, int level, int optname, const void *optval, socklen_t
     * optlen);}
     */
    public static int setsockopt(
            ErrnoState state, int fd, int level, int optname, MemorySegment optval, int optlen) {
        return (int) SETSOCKOPT.call(state, fd, level, optname, address(optval), optlen);
    }

    /** Calls {@code ssize_t recv(int fd, void *buf, size_t n, int flags);} */
    public static long recv(ErrnoState state, int fd, long buf, long n, int flags) {
        return RECV.call(state, fd, buf, n, flags);
    }

    /** Calls {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags);} */
    public static long sendmsg(ErrnoState state, int fd, MemorySegment message, int flags) {
        return SENDMSG.call(state, fd, address(message), flags);
    }

    /** Calls {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags);} */
    public static long recvmsg(ErrnoState state, int fd, MemorySegment message, int flags) {
        return RECVMSG.call(state, fd, address(message), flags);
    }

    /** Offsets in {@code struct msghdr}. */
    public static final class Msghdr {
        /** The C type. */
        public static final String C_TYPE = "struct msghdr";

        /** Array of {@code struct iovec}. */
        public static final long MSG_IOV = 16;

        /** Its length, at least 32 bits. */
        public static final long MSG_IOVLEN = 24;

        private Msghdr() {}
    }
}
