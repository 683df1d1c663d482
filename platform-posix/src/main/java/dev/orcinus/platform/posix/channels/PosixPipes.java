package dev.orcinus.platform.posix.channels;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Poll;
import dev.orcinus.bindings.posix.SysUio;
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
 * Two descriptors, one to read and one to write. Both are switched to non-blocking, so that all
 * waiting is done by {@code poll}, which a descriptor of its own interrupts at {@link #shutdown}; a
 * thread that waits inside of {@code read} on a pipe could not be woken. A lock keeps {@link
 * #shutdown} from using closed descriptors.
 */
final class PosixPipes implements HostChannel {
    private static final int FOREVER = -1;

    private final DescriptorSystem system;
    private final int again;
    private final int in;
    private final int out;
    private final int namedIn;
    private final int namedOut;
    private final DescriptorSystem.WakeUp shutdown;

    /** Small, and not closed: the JVM would ask each of its threads whether it uses the memory. */
    private final Arena arena = Arena.ofAuto();

    private final ErrnoState reading = new ErrnoState(arena);
    private final ErrnoState writing = new ErrnoState(arena);
    private final Gather gather = new Gather(arena);
    private final Readiness readable;
    private final Readiness writable;
    private final Object closing = new Object();
    private volatile boolean ended;
    private volatile boolean closed;

    /**
     * Takes over two descriptors, which stay the caller's if that fails.
     *
     * @param namedIn the number by which messages name the first one
     * @param namedOut that of the second one
     */
    PosixPipes(DescriptorSystem system, int in, int out, int namedIn, int namedOut)
            throws HostCallException {
        this.system = system;
        this.in = in;
        this.out = out;
        this.namedIn = namedIn;
        this.namedOut = namedOut;
        again = system.numbers().again();
        shutdown = system.openWakeUp();
        try {
            doNotBlock(in, namedIn);
            doNotBlock(out, namedOut);
            system.enlarge(in);
            readable = ready(in, namedIn, Poll.POLLIN);
            writable = ready(out, namedOut, Poll.POLLOUT);
        } catch (HostCallException | RuntimeException | Error e) {
            shutdown.close();
            throw e;
        }
    }

    private Readiness ready(int fd, int named, int events) {
        return new Readiness(system, arena, fd, "fd " + named, events, shutdown.descriptor());
    }

    private void doNotBlock(int fd, int named) throws HostCallException {
        if (system.doNotBlock(reading, fd) < 0) {
            throw system.failed("fcntl(fd " + named + ", F_SETFL, O_NONBLOCK)", reading);
        }
    }

    /** The numbers of the descriptors may be others' by now. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the pipes are closed");
        }
    }

    @Override
    public long readNow(MemorySegment target) throws HostCallException {
        requireOpen();
        long size = target.byteSize();
        while (size != 0 && !ended) {
            long count = Unistd.read(reading, in, NativeMemory.address(target), size);
            if (count > 0) {
                return count;
            }
            if (count == 0) {
                return END;
            }
            int errno = reading.errno();
            if (errno == again) {
                return 0;
            }
            if (errno != Errno.EINTR) {
                throw system.failed("read(fd " + namedIn + ")", errno);
            }
        }
        return ended ? END : 0;
    }

    @Override
    public long read(MemorySegment target) throws HostCallException {
        long count;
        do {
            readable.await(FOREVER);
            count = readNow(target);
        } while (count == 0 && target.byteSize() != 0);
        return count;
    }

    @Override
    public boolean awaitReadable(int timeoutMillis) throws HostCallException {
        requireOpen();
        return readable.await(timeoutMillis);
    }

    @Override
    public Optional<ReadWatch> openWatch() {
        return system.openWatch(in, shutdown.descriptor());
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
            if (ended) {
                throw system.failed(writeCall(), Errno.EPIPE);
            }
            long count = SysUio.writev(writing, out, gather.iovec(), gather.count());
            if (count >= 0) {
                gather.advance(count);
            } else if (writing.errno() == again) {
                writable.await(FOREVER);
            } else if (writing.errno() != Errno.EINTR) {
                throw system.failed(writeCall(), writing);
            }
        }
    }

    private String writeCall() {
        return "write(fd " + namedOut + ", " + gather.remaining() + " bytes)";
    }

    @Override
    public void limitWrites(Duration limit) {}

    @Override
    public boolean isSocket() {
        return false;
    }

    @Override
    public void shutdown() {
        synchronized (closing) {
            ended = true;
            if (!closed) {
                shutdown.wake();
            }
        }
    }

    @Override
    public OptionalInt peerUid() {
        return OptionalInt.empty();
    }

    @Override
    public String describe() {
        return "descriptors " + namedIn + " and " + namedOut;
    }

    @Override
    public int descriptor() {
        return in;
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            Unistd.close(ErrnoState.IGNORED, in);
            if (out != in) {
                Unistd.close(ErrnoState.IGNORED, out);
            }
            shutdown.close();
        }
    }
}
