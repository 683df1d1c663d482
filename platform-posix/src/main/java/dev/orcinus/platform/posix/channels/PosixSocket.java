package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.SysSocket.Msghdr.MSG_IOV;
import static dev.orcinus.bindings.posix.SysSocket.Msghdr.MSG_IOVLEN;
import static dev.orcinus.bindings.posix.SysSocket.SHUT_RDWR;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Poll;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.ReadWatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A connected stream socket. Reading and writing have call states of their own and allocate no
 * memory. A lock keeps {@link #shutdown} from using a closed descriptor.
 *
 * <p>LLVM writes a frame in two pieces with Nagle's algorithm on: its second piece waits for our
 * acknowledgement of the first, which the kernel would delay by 40 ms. So {@link #read} and {@link
 * #awaitReadable} send a pending acknowledgement before they wait. {@link #readNow} does not: after
 * a whole frame our reply carries the acknowledgement at no cost, whereas a separate packet takes 7
 * us.
 */
final class PosixSocket implements HostChannel {
    private static final int FOREVER = -1;

    /** Enough for a {@code struct msghdr} of every system. */
    private static final long MESSAGE_BYTES = 56;

    private final DescriptorSystem system;
    private final SocketNumbers numbers;
    private final int fd;
    private final SocketOptions options;

    /** Small, and not closed: the JVM would ask each of its threads whether it uses the memory. */
    private final Arena arena = Arena.ofAuto();

    private final ErrnoState reading = new ErrnoState(arena);
    private final ErrnoState writing = new ErrnoState(arena);
    private final Gather gather = new Gather(arena);
    private final MemorySegment message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
    private final Readiness readable;
    private final Readiness writable;
    private final boolean quickAck;
    private final Object closing = new Object();
    private boolean unacknowledged;
    private volatile int writeLimitMillis = FOREVER;
    private volatile boolean closed;

    /** Takes over a connected socket. */
    PosixSocket(DescriptorSystem system, int fd) {
        this(system, fd, "socket " + fd);
    }

    /**
     * Takes over a connected socket.
     *
     * @param name stands for a peer without an address
     */
    PosixSocket(DescriptorSystem system, int fd, String name) {
        this.system = system;
        this.fd = fd;
        numbers = system.numbers();
        system.prepare(fd);
        options = new SocketOptions(system, fd, name);
        quickAck = options.isTcp();
        int none = Readiness.NO_DESCRIPTOR;
        readable = new Readiness(system, arena, fd, name, Poll.POLLIN, none);
        writable = new Readiness(system, arena, fd, name, Poll.POLLOUT, none);
        if (quickAck) {
            options.setNoDelay();
        }
    }

    @Override
    public long readNow(MemorySegment target) throws HostCallException {
        return receive(target, numbers.doNotWait());
    }

    @Override
    public long read(MemorySegment target) throws HostCallException {
        requireOpen();
        acknowledge();
        long count = receive(target, 0);
        while (count == 0 && target.byteSize() != 0) { // an inherited socket that does not block
            readable.await(FOREVER);
            count = receive(target, 0);
        }
        return count;
    }

    /** The number of the descriptor may be another one's by now. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the socket is closed");
        }
    }

    /** Returns how many bytes it has read, 0 if there are none now, or {@link #END}. */
    private long receive(MemorySegment target, int flags) throws HostCallException {
        long size = target.byteSize();
        if (size == 0) {
            return 0;
        }
        requireOpen();
        while (true) {
            long count = SysSocket.recv(reading, fd, NativeMemory.address(target), size, flags);
            if (count > 0) {
                unacknowledged = quickAck;
                return count;
            }
            if (count == 0) {
                return END;
            }
            int errno = reading.errno();
            if (errno == numbers.again()) {
                return 0;
            }
            if (errno != Errno.EINTR) {
                throw system.failed("recv(" + describe() + ")", errno);
            }
        }
    }

    private void acknowledge() {
        if (unacknowledged) {
            options.acknowledgeNow();
            unacknowledged = false;
        }
    }

    @Override
    public boolean awaitReadable(int timeoutMillis) throws HostCallException {
        requireOpen();
        acknowledge();
        return readable.await(timeoutMillis);
    }

    @Override
    public Optional<ReadWatch> openWatch() {
        return system.openWatch(fd, Readiness.NO_DESCRIPTOR);
    }

    @Override
    public void write(MemorySegment source) throws HostCallException {
        write(MemorySegment.NULL, source);
    }

    @Override
    public void write(MemorySegment first, MemorySegment second) throws HostCallException {
        requireOpen();
        gather.set(first, second);
        while (gather.remaining() != 0) {
            message.set(JAVA_LONG, MSG_IOV, gather.iovec().address());
            message.set(JAVA_INT, MSG_IOVLEN, gather.count());
            long count = SysSocket.sendmsg(writing, fd, message, numbers.sendFlags());
            if (count >= 0) {
                gather.advance(count);
            } else {
                awaitRoom(writing.errno());
            }
        }
    }

    private void awaitRoom(int errno) throws HostCallException {
        if (errno == Errno.EINTR) {
            return;
        }
        String call = "write(" + describe() + ", " + gather.remaining() + " bytes)";
        if (errno != numbers.again()) {
            throw system.failed(call, errno);
        }
        int limit = writeLimitMillis;
        if (!writable.await(limit)) {
            throw new HostCallException(
                    call, numbers.timedOut(), "the peer has not read for " + limit + " ms");
        }
    }

    @Override
    public void limitWrites(Duration limit) {
        long millis = Math.min(limit.toMillis(), Integer.MAX_VALUE);
        writeLimitMillis = limit.isZero() ? FOREVER : (int) Math.max(1, millis);
    }

    @Override
    public boolean isSocket() {
        return true;
    }

    @Override
    public void shutdown() {
        synchronized (closing) {
            if (!closed) {
                SysSocket.shutdown(ErrnoState.IGNORED, fd, SHUT_RDWR);
            }
        }
    }

    @Override
    public OptionalInt peerUid() {
        return options.peerUid();
    }

    @Override
    public String describe() {
        return options.describe();
    }

    @Override
    public int descriptor() {
        return fd;
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (!closed) {
                closed = true;
                Unistd.close(ErrnoState.IGNORED, fd);
            }
        }
    }
}
