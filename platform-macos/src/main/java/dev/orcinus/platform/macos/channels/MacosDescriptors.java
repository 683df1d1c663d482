package dev.orcinus.platform.macos.channels;

import static dev.orcinus.bindings.macos.DarwinErrno.EAGAIN;
import static dev.orcinus.bindings.macos.DarwinErrno.ECONNABORTED;
import static dev.orcinus.bindings.macos.DarwinErrno.ECONNREFUSED;
import static dev.orcinus.bindings.macos.DarwinErrno.ETIMEDOUT;
import static dev.orcinus.bindings.macos.DarwinFcntl.F_DUPFD_CLOEXEC;
import static dev.orcinus.bindings.macos.DarwinFcntl.O_NONBLOCK;
import static dev.orcinus.bindings.macos.DarwinIn.SockaddrLength.SIN_FAMILY;
import static dev.orcinus.bindings.macos.DarwinIn.SockaddrLength.SIN_LEN;
import static dev.orcinus.bindings.macos.DarwinSocket.AF_INET6;
import static dev.orcinus.bindings.macos.DarwinSocket.MSG_DONTWAIT;
import static dev.orcinus.bindings.macos.DarwinSocket.SOL_SOCKET;
import static dev.orcinus.bindings.macos.DarwinSocket.SO_NOSIGPIPE;
import static dev.orcinus.bindings.macos.DarwinSocket.SO_REUSEADDR;
import static dev.orcinus.bindings.macos.DarwinSocket.SO_TYPE;
import static dev.orcinus.bindings.posix.SysSocket.SOCK_STREAM;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.macos.DarwinFcntl;
import dev.orcinus.bindings.macos.DarwinSocket;
import dev.orcinus.bindings.macos.DarwinUnistd;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.macos.errno.MacosErrors;
import dev.orcinus.platform.posix.channels.DescriptorSystem;
import dev.orcinus.platform.posix.channels.SocketNumbers;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * The calls of macOS on descriptors. It cannot open a descriptor as closed on exec, so there is a
 * moment in which a process that is started inherits it. Sockets do not block, because {@code
 * sendmsg} does not obey {@code MSG_DONTWAIT} there: all waiting is done by {@code poll}.
 */
public final class MacosDescriptors implements DescriptorSystem {
    private static final MacosErrors ERRORS = new MacosErrors();

    private static final SocketNumbers NUMBERS =
            new SocketNumbers(
                    AF_INET6,
                    SOL_SOCKET,
                    SO_REUSEADDR,
                    SO_TYPE,
                    MSG_DONTWAIT,
                    0,
                    O_NONBLOCK,
                    F_DUPFD_CLOEXEC,
                    EAGAIN,
                    ETIMEDOUT,
                    ECONNABORTED,
                    ECONNREFUSED);

    private static final MemorySegment ON = Arena.global().allocateFrom(JAVA_INT, 1);

    /** Has no state. */
    public MacosDescriptors() {}

    @Override
    public String text(int errno) {
        return ERRORS.text(errno);
    }

    @Override
    public SocketNumbers numbers() {
        return NUMBERS;
    }

    @Override
    public int openSocket(ErrnoState state, int family) {
        return closedOnExec(SysSocket.socket(state, family, SOCK_STREAM, 0));
    }

    @Override
    public int accept(ErrnoState state, int listener) {
        return closedOnExec(
                DarwinSocket.accept(state, listener, MemorySegment.NULL, MemorySegment.NULL));
    }

    private int closedOnExec(int descriptor) {
        if (descriptor >= 0) {
            closeOnExec(ErrnoState.IGNORED, descriptor);
        }
        return descriptor;
    }

    @Override
    public void prepare(int socket) {
        SysSocket.setsockopt(
                ErrnoState.IGNORED, socket, SOL_SOCKET, SO_NOSIGPIPE, ON, Integer.BYTES);
        doNotBlock(ErrnoState.IGNORED, socket);
    }

    /** Does nothing: macOS has no such option. */
    @Override
    public void acknowledgeNow(int socket) {}

    /** Writes the length as well: each family has its own struct. */
    @Override
    public void setFamily(MemorySegment address, int family) {
        address.set(JAVA_BYTE, SIN_LEN, (byte) address.byteSize());
        address.set(JAVA_BYTE, SIN_FAMILY, (byte) family);
    }

    @Override
    public int family(MemorySegment address) {
        return address.get(JAVA_BYTE, SIN_FAMILY);
    }

    /** Asks by {@code getpeereid}, which reads {@code LOCAL_PEERCRED}. */
    @Override
    public OptionalInt userOfUnixPeer(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment user = arena.allocate(JAVA_INT);
            MemorySegment group = arena.allocate(JAVA_INT);
            return DarwinUnistd.getpeereid(ErrnoState.IGNORED, socket, user, group) == 0
                    ? OptionalInt.of(user.get(JAVA_INT, 0))
                    : OptionalInt.empty();
        }
    }

    @Override
    public OptionalInt userOfTcpPeer(InetSocketAddress peer, InetSocketAddress local) {
        return TcpOwners.isOurs(peer, local)
                ? OptionalInt.of(Unistd.getuid())
                : OptionalInt.empty();
    }

    @Override
    public int fcntl(ErrnoState state, int descriptor, int command, int argument) {
        return DarwinFcntl.fcntl(state, descriptor, command, argument);
    }

    @Override
    public int open(ErrnoState state, MemorySegment path, int flags) {
        return DarwinFcntl.open(state, path, flags);
    }

    /** Does nothing: a pipe of macOS grows by itself. */
    @Override
    public void enlarge(int pipe) {}

    @Override
    public WakeUp openWakeUp() throws HostCallException {
        return PipeWakeUp.open(this);
    }
}
