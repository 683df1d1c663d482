package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.LinuxErrno.EAGAIN;
import static dev.orcinus.bindings.linux.LinuxErrno.ECONNABORTED;
import static dev.orcinus.bindings.linux.LinuxErrno.ECONNREFUSED;
import static dev.orcinus.bindings.linux.LinuxErrno.ETIMEDOUT;
import static dev.orcinus.bindings.linux.LinuxFcntl.F_DUPFD_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxFcntl.F_SETPIPE_SZ;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_NONBLOCK;
import static dev.orcinus.bindings.linux.LinuxSocket.AF_INET6;
import static dev.orcinus.bindings.linux.LinuxSocket.MSG_DONTWAIT;
import static dev.orcinus.bindings.linux.LinuxSocket.MSG_NOSIGNAL;
import static dev.orcinus.bindings.linux.LinuxSocket.SOCK_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSocket.SOL_SOCKET;
import static dev.orcinus.bindings.linux.LinuxSocket.SO_PEERCRED;
import static dev.orcinus.bindings.linux.LinuxSocket.SO_REUSEADDR;
import static dev.orcinus.bindings.linux.LinuxSocket.SO_TYPE;
import static dev.orcinus.bindings.linux.LinuxTcp.TCP_QUICKACK;
import static dev.orcinus.bindings.posix.NetinetIn.IPPROTO_TCP;
import static dev.orcinus.bindings.posix.SysSocket.SOCK_STREAM;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.linux.LinuxIn.SockaddrFamily;
import dev.orcinus.bindings.linux.LinuxSocket;
import dev.orcinus.bindings.linux.LinuxSocket.Ucred;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.posix.channels.DescriptorSystem;
import dev.orcinus.platform.posix.channels.SocketNumbers;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.ReadWatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/** The calls of Linux on descriptors. */
public final class LinuxDescriptors implements DescriptorSystem {
    /**
     * The most bytes that a pipe may hold without privileges; the default is a sixteenth of that.
     */
    private static final int PIPE_BYTES = 1 << 20;

    private static final SocketNumbers NUMBERS =
            new SocketNumbers(
                    AF_INET6,
                    SOL_SOCKET,
                    SO_REUSEADDR,
                    SO_TYPE,
                    MSG_DONTWAIT,
                    MSG_NOSIGNAL | MSG_DONTWAIT,
                    O_NONBLOCK,
                    F_DUPFD_CLOEXEC,
                    EAGAIN,
                    ETIMEDOUT,
                    ECONNABORTED,
                    ECONNREFUSED);

    /** Initialized for the first connection: a start without one has no need of its handles. */
    private static final class Switch {
        static final MemorySegment ON = Arena.global().allocateFrom(JAVA_INT, 1);
    }

    /** Has no state. */
    public LinuxDescriptors() {}

    @Override
    public String text(int errno) {
        return Failure.text(errno);
    }

    @Override
    public SocketNumbers numbers() {
        return NUMBERS;
    }

    @Override
    public int openSocket(ErrnoState state, int family) {
        return SysSocket.socket(state, family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    }

    @Override
    public int accept(ErrnoState state, int listener) {
        return LinuxSocket.accept4(
                state, listener, MemorySegment.NULL, MemorySegment.NULL, SOCK_CLOEXEC);
    }

    @Override
    public void prepare(int socket) {}

    @Override
    public void acknowledgeNow(int socket) {
        SysSocket.setsockopt(
                ErrnoState.IGNORED, socket, IPPROTO_TCP, TCP_QUICKACK, Switch.ON, Integer.BYTES);
    }

    @Override
    public void setFamily(MemorySegment address, int family) {
        address.set(JAVA_SHORT, SockaddrFamily.SIN_FAMILY, (short) family);
    }

    @Override
    public int family(MemorySegment address) {
        return address.get(JAVA_SHORT, SockaddrFamily.SIN_FAMILY);
    }

    @Override
    public OptionalInt userOfUnixPeer(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment peer = arena.allocate(Ucred.SIZEOF, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) Ucred.SIZEOF);
            int failed =
                    SysSocket.getsockopt(
                            ErrnoState.IGNORED, socket, SOL_SOCKET, SO_PEERCRED, peer, size);
            return failed != 0
                    ? OptionalInt.empty()
                    : OptionalInt.of(peer.get(JAVA_INT, Ucred.UID));
        }
    }

    @Override
    public OptionalInt userOfTcpPeer(InetSocketAddress peer, InetSocketAddress local) {
        return TcpPeers.uidOf(peer, local);
    }

    @Override
    public int fcntl(ErrnoState state, int descriptor, int command, int argument) {
        return LinuxFcntl.fcntl(state, descriptor, command, argument);
    }

    @Override
    public int open(ErrnoState state, MemorySegment path, int flags) {
        return LinuxFcntl.open(state, path, flags);
    }

    /** Asks for a larger pipe; that may fail: a socket, a low limit. */
    @Override
    public void enlarge(int pipe) {
        LinuxFcntl.fcntl(ErrnoState.IGNORED, pipe, F_SETPIPE_SZ, PIPE_BYTES);
    }

    @Override
    public WakeUp openWakeUp() throws HostCallException {
        return EventDescriptor.open();
    }

    @Override
    public Optional<ReadWatch> openWatch(int descriptor, int interrupt) {
        return EpollWatch.open(descriptor, interrupt);
    }
}
