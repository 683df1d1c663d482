package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.SysEpoll.EPOLLIN;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLLONESHOT;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CLOEXEC;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CTL_ADD;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CTL_MOD;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysEpoll;
import dev.orcinus.bindings.linux.SysEpoll.EpollEvent;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.ReadWatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Waits for descriptors by {@code epoll(7)}: the events of a descriptor can be changed while a
 * thread waits for them. Regular files cannot be waited for.
 */
final class EpollWatch implements ReadWatch {
    /** Enough for a {@code struct epoll_event} of every processor. */
    private static final long EVENT_BYTES = 16;

    private static final int FOREVER = -1;

    private final int epoll;
    private final int watched;
    private final int interrupt;
    private final EventDescriptor bell;

    /** Small, and not closed: the JVM would ask each of its threads whether it uses the memory. */
    private final Arena arena = Arena.ofAuto();

    private final MemorySegment happened = arena.allocate(EVENT_BYTES, Long.BYTES);
    private final ErrnoState waiting = new ErrnoState(arena);
    private final MemorySegment armed = event(EPOLLIN | EPOLLONESHOT);
    private final MemorySegment disarmed = event(EPOLLONESHOT);

    private volatile boolean isClosed;

    private EpollWatch(int epoll, int watched, int interrupt, EventDescriptor bell) {
        this.epoll = epoll;
        this.watched = watched;
        this.interrupt = interrupt;
        this.bell = bell;
    }

    private MemorySegment event(int events) {
        MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
        event.set(JAVA_INT, EpollEvent.EVENTS, events);
        return event;
    }

    static Optional<ReadWatch> open(int descriptor, int interrupt) {
        int epoll = SysEpoll.epoll_create1(ErrnoState.IGNORED, EPOLL_CLOEXEC);
        if (epoll < 0) {
            return Optional.empty();
        }
        try {
            EpollWatch watch = new EpollWatch(epoll, descriptor, interrupt, EventDescriptor.open());
            if (watch.add()) {
                return Optional.of(watch);
            }
            watch.close();
        } catch (HostCallException e) {
            Unistd.close(ErrnoState.IGNORED, epoll);
        }
        return Optional.empty();
    }

    /** Adds the descriptors, each of those that interrupt for one event. */
    private boolean add() {
        return control(EPOLL_CTL_ADD, watched, disarmed)
                && control(EPOLL_CTL_ADD, bell.descriptor(), armed)
                && (interrupt < 0 || control(EPOLL_CTL_ADD, interrupt, armed));
    }

    private boolean control(int operation, int descriptor, MemorySegment event) {
        requireOpen();
        return SysEpoll.epoll_ctl(ErrnoState.IGNORED, epoll, operation, descriptor, event) == 0;
    }

    /** The numbers of the descriptors may be others' by now. */
    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the watch is closed");
        }
    }

    /** {@inheritDoc} What interrupts is the end of the stream, too, and may have been told. */
    @Override
    public void arm() {
        control(EPOLL_CTL_MOD, watched, armed);
        if (interrupt >= 0) {
            control(EPOLL_CTL_MOD, interrupt, armed);
        }
    }

    @Override
    public void disarm() {
        control(EPOLL_CTL_MOD, watched, disarmed);
    }

    /** {@inheritDoc} The descriptor can be read for ever then, and is told of once each time. */
    @Override
    public void wake() {
        requireOpen();
        bell.wake();
        control(EPOLL_CTL_MOD, bell.descriptor(), armed);
    }

    @Override
    public void await() throws HostCallException {
        requireOpen();
        if (SysEpoll.epoll_wait(waiting, epoll, happened, 1, FOREVER) < 0
                && waiting.errno() != Errno.EINTR) {
            throw Failure.of("epoll_wait()", waiting);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        Unistd.close(ErrnoState.IGNORED, epoll);
        bell.close();
    }
}
