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
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A listening socket. The descriptor is closed once no thread waits on it any more. */
final class PosixListener implements Listener {
    /** The system has a limit of its own. */
    private static final int BACKLOG = 4096;

    private static final int NONE = -1;

    private final DescriptorSystem system;
    private final int fd;
    private final DescriptorSystem.WakeUp closing;
    private final Arena arena = Arena.ofShared();
    private final ErrnoState state = new ErrnoState(arena);
    private final Readiness connected;
    private final SocketAddress address;
    private final Optional<SocketFile> file;
    private final ReentrantLock accepting = new ReentrantLock();
    private volatile boolean closed;

    private PosixListener(
            DescriptorSystem system, int fd, SocketAddress address, Optional<SocketFile> file)
            throws HostCallException {
        this.system = system;
        this.fd = fd;
        this.address = address;
        this.file = file;
        closing = system.openWakeUp();
        int interrupt = closing.descriptor();
        connected = new Readiness(system, arena, fd, "socket " + fd, Poll.POLLIN, interrupt);
    }

    /** Binds and listens. */
    static PosixListener open(DescriptorSystem system, SocketAddress address)
            throws HostCallException {
        SocketAddresses.require("listen", address);
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            SocketAddresses addresses = new SocketAddresses(system);
            int fd = system.openSocket(state, addresses.family(address));
            if (fd < 0) {
                throw system.failed("socket()", state);
            }
            try {
                if (system.doNotBlock(state, fd) < 0) {
                    throw system.failed("fcntl(O_NONBLOCK)", state);
                }
                return address instanceof UnixDomainSocketAddress unix
                        ? openUnix(system, state, fd, unix)
                        : openTcp(system, state, fd, address);
            } catch (HostCallException e) {
                Unistd.close(ErrnoState.IGNORED, fd);
                throw e;
            }
        }
    }

    private static PosixListener openTcp(
            DescriptorSystem system, ErrnoState state, int fd, SocketAddress address)
            throws HostCallException {
        SocketNumbers numbers = system.numbers();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            SysSocket.setsockopt(
                    state, fd, numbers.socketLevel(), numbers.reuseAddress(), on, Integer.BYTES);
        }
        bind(system, state, fd, address);
        listen(system, state, fd, address);
        SocketAddress bound =
                new SocketAddresses(system)
                        .local(fd)
                        .map(SocketAddress.class::cast)
                        .orElse(address);
        return new PosixListener(system, fd, bound, Optional.empty());
    }

    /** Nobody can connect before the call of {@code listen}, when the file has its mode. */
    private static PosixListener openUnix(
            DescriptorSystem system, ErrnoState state, int fd, UnixDomainSocketAddress address)
            throws HostCallException {
        SocketFile file;
        try (FolderLock _ = FolderLock.around(system, address.getPath())) {
            SocketFile.removeIfAbandoned(system, address.getPath());
            bind(system, state, fd, address);
            file = SocketFile.ofOwner(address.getPath());
        }
        try {
            listen(system, state, fd, address);
            return new PosixListener(system, fd, address, Optional.of(file));
        } catch (HostCallException e) {
            file.remove();
            throw e;
        }
    }

    private static void bind(
            DescriptorSystem system, ErrnoState state, int fd, SocketAddress address)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = new SocketAddresses(system).encode(arena, address);
            if (SysSocket.bind(state, fd, encoded, (int) encoded.byteSize()) != 0) {
                throw system.failed("bind(" + SocketAddresses.text(address) + ")", state);
            }
        }
    }

    private static void listen(
            DescriptorSystem system, ErrnoState state, int fd, SocketAddress address)
            throws HostCallException {
        if (SysSocket.listen(state, fd, BACKLOG) != 0) {
            throw system.failed("listen(" + SocketAddresses.text(address) + ")", state);
        }
    }

    @Override
    public SocketAddress address() {
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
                    return socket(accepted);
                }
                failUnlessTransient();
            }
            return null;
        } finally {
            accepting.unlock();
        }
    }

    private HostChannel socket(int accepted) {
        try {
            return new PosixSocket(system, accepted);
        } catch (OutOfMemoryError e) {
            Unistd.close(ErrnoState.IGNORED, accepted);
            throw e;
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
        file.ifPresent(SocketFile::remove);
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
