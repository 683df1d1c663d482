package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.SysSocket.SHUT_RDWR;
import static dev.orcinus.bindings.linux.SysSocket.SOCK_CLOEXEC;
import static dev.orcinus.bindings.linux.SysSocket.SOCK_STREAM;
import static dev.orcinus.bindings.linux.SysSocket.SOL_SOCKET;
import static dev.orcinus.bindings.linux.SysSocket.SO_REUSEADDR;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.Errno;
import dev.orcinus.bindings.linux.SysSocket;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;

/** A listening TCP socket. The descriptor is closed once no thread waits on it any more. */
final class LinuxListener implements Listener {
    private static final int BACKLOG = 128;

    private final int fd;
    private final InetSocketAddress address;
    private final ReentrantLock accepting = new ReentrantLock();
    private volatile boolean closed;

    private LinuxListener(int fd, InetSocketAddress address) {
        this.fd = fd;
        this.address = address;
    }

    /** Binds and listens. */
    static LinuxListener open(InetSocketAddress address) throws HostCallException {
        if (address.isUnresolved()) {
            throw new HostCallException("listen", 0, "unknown host " + address.getHostString());
        }
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int family = SocketAddresses.family(address.getAddress());
            int fd = SysSocket.socket(state, family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (fd < 0) {
                throw Failure.of("socket()", state);
            }
            try {
                bind(arena, state, fd, address);
            } catch (HostCallException e) {
                Unistd.close(ErrnoState.IGNORED, fd);
                throw e;
            }
            return new LinuxListener(fd, SocketAddresses.local(fd).orElse(address));
        }
    }

    private static void bind(Arena arena, ErrnoState state, int fd, InetSocketAddress address)
            throws HostCallException {
        MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
        SysSocket.setsockopt(state, fd, SOL_SOCKET, SO_REUSEADDR, on, Integer.BYTES);
        MemorySegment encoded = SocketAddresses.encode(arena, address);
        if (SysSocket.bind(state, fd, encoded, (int) encoded.byteSize()) != 0) {
            throw Failure.of("bind(" + SocketAddresses.text(address) + ")", state);
        }
        if (SysSocket.listen(state, fd, BACKLOG) != 0) {
            throw Failure.of("listen(" + SocketAddresses.text(address) + ")", state);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public HostChannel accept() throws HostCallException {
        accepting.lock();
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            while (!closed) {
                int accepted =
                        SysSocket.accept4(
                                state, fd, MemorySegment.NULL, MemorySegment.NULL, SOCK_CLOEXEC);
                if (accepted >= 0) {
                    return new LinuxSocket(accepted);
                }
                failUnlessTransient(state);
            }
            return null;
        } finally {
            accepting.unlock();
        }
    }

    /**
     * Throws the error of {@code accept4}, unless only a connection was gone before it was
     * accepted.
     */
    private void failUnlessTransient(ErrnoState state) throws HostCallException {
        int errno = state.errno();
        if (!closed && errno != Errno.EINTR && errno != Errno.ECONNABORTED) {
            throw Failure.of("accept(" + SocketAddresses.text(address) + ")", errno);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        SysSocket.shutdown(ErrnoState.IGNORED, fd, SHUT_RDWR);
        accepting.lock();
        try {
            Unistd.close(ErrnoState.IGNORED, fd);
        } finally {
            accepting.unlock();
        }
    }
}
