package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.SysEpoll.EPOLLRDHUP;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CLOEXEC;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CTL_ADD;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysEpoll;
import dev.orcinus.bindings.linux.SysEpoll.EpollEvent;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Kills a launcher's process that answers nothing, when its controller has gone: whoever waits for
 * an answer would wait for ever. A user may stop such a process and continue it later, so it is
 * waited for as long as the controller lives. Its lock guards it.
 */
final class ControllerWatch implements AutoCloseable {
    private static final long LOOK_SECONDS = 2;
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(LOOK_SECONDS, TimeUnit.SECONDS);

    /** A process that is stopped for so many looks does not just change its group. */
    private static final int MOST_STOPPED = 2;

    /** Within so many looks a process that is not stopped has started its guest, or never does. */
    private static final int MOST_STARTING = 30;

    /** Enough for a {@code struct epoll_event} of every processor. */
    private static final long EVENT_BYTES = 16;

    private final NativeProcess process;

    /**
     * Has the line only, and forgets it when that is closed, whose number may be another's then.
     */
    private final int epoll;

    private boolean isWatchable = true;
    private boolean hasStarted;
    private boolean hasKilled;
    private boolean isClosed;
    private int stoppedLooks;
    private int startingLooks;

    private ControllerWatch(NativeProcess process, int epoll) {
        this.process = process;
        this.epoll = epoll;
    }

    /**
     * Begins to watch.
     *
     * @param pid the launcher's process
     * @param line to its controller
     */
    static ControllerWatch begin(int pid, HostChannel line) throws HostCallException {
        NativeProcess process = NativeProcess.of(pid);
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int epoll = SysEpoll.epoll_create1(state, EPOLL_CLOEXEC);
            if (epoll < 0) {
                process.forget();
                throw Failure.of("epoll_create1", state);
            }
            ControllerWatch watch = new ControllerWatch(process, epoll);
            watch.add(line.descriptor());
            watch.lookLater();
            return watch;
        }
    }

    /** A line that cannot be watched, as a regular file, has no controller at its other end. */
    private void add(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            event.set(JAVA_INT, EpollEvent.EVENTS, EPOLLRDHUP);
            isWatchable =
                    SysEpoll.epoll_ctl(state, epoll, EPOLL_CTL_ADD, descriptor, event) == 0
                            || state.errno() != Errno.EPERM;
        }
    }

    private void lookLater() {
        var _ = CompletableFuture.runAsync(this::look, LATER);
    }

    private synchronized void look() {
        if (isClosed) {
            return;
        }
        boolean hasGone = hasControllerGone();
        stoppedLooks = hasGone && StatFile.isStopped(process.pid()) ? stoppedLooks + 1 : 0;
        startingLooks = hasGone && !hasStarted ? startingLooks + 1 : 0;
        if (stoppedLooks == MOST_STOPPED || startingLooks == MOST_STARTING) {
            hasKilled = true;
            process.kill();
        } else {
            lookLater();
        }
    }

    /** Returns whether it has killed the process. */
    synchronized boolean hasKilled() {
        return hasKilled;
    }

    /** A hang-up is told without being asked for. */
    private boolean hasControllerGone() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            return !isWatchable || SysEpoll.epoll_wait(ErrnoState.IGNORED, epoll, event, 1, 0) == 1;
        }
    }

    /** Notes that the session is about to be served. */
    synchronized void started() {
        hasStarted = true;
    }

    /** Watches no more. */
    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            Unistd.close(ErrnoState.IGNORED, epoll);
            process.forget();
        }
    }
}
