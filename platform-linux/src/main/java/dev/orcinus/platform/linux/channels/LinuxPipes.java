package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.Fcntl.F_GETFL;
import static dev.orcinus.bindings.linux.Fcntl.F_SETFL;
import static dev.orcinus.bindings.linux.Fcntl.F_SETPIPE_SZ;
import static dev.orcinus.bindings.linux.Fcntl.O_NONBLOCK;
import static dev.orcinus.bindings.linux.SysEventfd.EFD_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.Errno;
import dev.orcinus.bindings.linux.Fcntl;
import dev.orcinus.bindings.linux.Poll;
import dev.orcinus.bindings.linux.SysEventfd;
import dev.orcinus.bindings.linux.SysUio;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Two descriptors, one to read and one to write. Both are switched to non-blocking, so that all
 * waiting is done by {@code poll}, which an event descriptor interrupts at {@link #shutdown}; a
 * thread that waits inside of {@code read} on a pipe could not be woken. A lock keeps {@link
 * #shutdown} from using closed descriptors.
 */
final class LinuxPipes implements HostChannel {
    private static final int FOREVER = -1;

    /**
     * The most bytes that a pipe may hold without privileges; the default is a sixteenth of that.
     */
    private static final int PIPE_BYTES = 1 << 20;

    private final int in;
    private final int out;
    private final int shutdownEvent;
    private final Arena arena = Arena.ofShared();
    private final ErrnoState reading = new ErrnoState(arena);
    private final ErrnoState writing = new ErrnoState(arena);
    private final Gather gather = new Gather(arena);
    private final Readiness readable;
    private final Readiness writable;
    private final Object closing = new Object();
    private volatile boolean ended;
    private boolean closed;

    /** Takes over two descriptors. */
    LinuxPipes(int in, int out) throws HostCallException {
        this.in = in;
        this.out = out;
        shutdownEvent = SysEventfd.eventfd(reading, 0, EFD_CLOEXEC);
        if (shutdownEvent < 0) {
            throw Failure.of("eventfd()", reading);
        }
        doNotBlock(in);
        doNotBlock(out);
        Fcntl.fcntl(reading, in, F_SETPIPE_SZ, PIPE_BYTES); // may fail: a socket, a low limit
        readable = new Readiness(arena, in, Poll.POLLIN, shutdownEvent);
        writable = new Readiness(arena, out, Poll.POLLOUT, shutdownEvent);
    }

    private void doNotBlock(int fd) throws HostCallException {
        int flags = Fcntl.fcntl(reading, fd, F_GETFL, 0);
        if (Fcntl.fcntl(reading, fd, F_SETFL, flags | O_NONBLOCK) < 0) {
            throw Failure.of("fcntl(fd " + fd + ", F_SETFL, O_NONBLOCK)", reading);
        }
    }

    @Override
    public long readNow(MemorySegment target) throws HostCallException {
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
            if (errno == Errno.EAGAIN) {
                return 0;
            }
            if (errno != Errno.EINTR) {
                throw Failure.of("read(fd " + in + ")", errno);
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
        return readable.await(timeoutMillis);
    }

    @Override
    public void write(MemorySegment source) throws HostCallException {
        write(MemorySegment.NULL, source);
    }

    @Override
    public void write(MemorySegment first, MemorySegment second) throws HostCallException {
        gather.set(first, second);
        while (gather.remaining() != 0) {
            if (ended) {
                throw Failure.of(writeCall(), Errno.EPIPE);
            }
            long count = SysUio.writev(writing, out, gather.iovec(), gather.count());
            if (count >= 0) {
                gather.advance(count);
            } else if (writing.errno() == Errno.EAGAIN) {
                writable.await(FOREVER);
            } else if (writing.errno() != Errno.EINTR) {
                throw Failure.of(writeCall(), writing);
            }
        }
    }

    private String writeCall() {
        return "write(fd " + out + ", " + gather.remaining() + " bytes)";
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
                try (Arena confined = Arena.ofConfined()) {
                    MemorySegment one = confined.allocateFrom(JAVA_LONG, 1);
                    Unistd.write(ErrnoState.IGNORED, shutdownEvent, one, Long.BYTES);
                }
            }
        }
    }

    @Override
    public OptionalInt peerUid() {
        return OptionalInt.empty();
    }

    @Override
    public String describe() {
        return "descriptors " + in + " and " + out;
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
            Unistd.close(ErrnoState.IGNORED, shutdownEvent);
            arena.close();
        }
    }
}
