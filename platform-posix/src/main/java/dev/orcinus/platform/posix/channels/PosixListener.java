package dev.orcinus.platform.posix.channels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Poll;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;

/** A listening TCP socket. The descriptor is closed once no thread waits on it any more. */
final class PosixListener implements Listener {
    private static final int BACKLOG = 128;
    private static final int NONE = -1;

    private final DescriptorSystem system;
    private final int fd;
    private final DescriptorSystem.WakeUp closing;
    private final Arena arena = Arena.ofShared();
    private final ErrnoState state = new ErrnoState(arena);
    private final Readiness connected;
    private final InetSocketAddress address;
    private final ReentrantLock accepting = new ReentrantLock();
    private volatile boolean closed;

    private PosixListener(DescriptorSystem system, int fd, InetSocketAddress address)
            throws HostCallException {
        this.system = system;
        this.fd = fd;
        this.address = address;
        closing = system.openWakeUp();
        connected = new Readiness(system, arena, fd, Poll.POLLIN, closing.descriptor());
    }

    /** Binds and listens. */
    static PosixListener open(DescriptorSystem system, InetSocketAddress address)
            throws HostCallException {
        if (address.isUnresolved()) {
            throw new HostCallException("listen", 0, "unknown host " + address.getHostString());
        }
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            SocketAddresses addresses = new SocketAddresses(system);
            int fd = system.openSocket(state, addresses.family(address.getAddress()));
            if (fd < 0) {
                throw system.failed("socket()", state);
            }
            try {
                if (system.doNotBlock(state, fd) < 0) {
                    throw system.failed("fcntl(O_NONBLOCK)", state);
                }
                bind(system, state, fd, addresses.encode(arena, address), address);
                return new PosixListener(system, fd, addresses.local(fd).orElse(address));
            } catch (HostCallException e) {
                Unistd.close(ErrnoState.IGNORED, fd);
                throw e;
            }
        }
    }

    private static void bind(
            DescriptorSystem system,
            ErrnoState state,
            int fd,
            MemorySegment encoded,
            InetSocketAddress address)
            throws HostCallException {
        SocketNumbers numbers = system.numbers();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            SysSocket.setsockopt(
                    state, fd, numbers.socketLevel(), numbers.reuseAddress(), on, Integer.BYTES);
        }
        if (SysSocket.bind(state, fd, encoded, (int) encoded.byteSize()) != 0) {
            throw system.failed("bind(" + SocketAddresses.text(address) + ")", state);
        }
        if (SysSocket.listen(state, fd, BACKLOG) != 0) {
            throw system.failed("listen(" + SocketAddresses.text(address) + ")", state);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public HostChannel accept() throws HostCallException {
        accepting.lock();
        try {
            while (!closed) {
                connected.await(Readiness.FOREVER);
                int accepted = closed ? NONE : system.accept(state, fd);
                if (accepted >= 0) {
                    return new PosixSocket(system, accepted);
                }
                failUnlessTransient();
            }
            return null;
        } finally {
            accepting.unlock();
        }
    }

    /** Throws the error of {@code accept}, unless only a connection was gone before. */
    private void failUnlessTransient() throws HostCallException {
        int errno = state.errno();
        SocketNumbers numbers = system.numbers();
        if (!closed
                && errno != Errno.EINTR
                && errno != numbers.again()
                && errno != numbers.connectionAborted()) {
            throw system.failed("accept(" + SocketAddresses.text(address) + ")", errno);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        closing.wake();
        accepting.lock();
        try {
            Unistd.close(ErrnoState.IGNORED, fd);
            closing.close();
            arena.close();
        } finally {
            accepting.unlock();
        }
    }
}
