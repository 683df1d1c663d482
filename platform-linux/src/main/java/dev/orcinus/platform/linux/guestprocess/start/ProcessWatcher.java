package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.SysEpoll.EPOLLIN;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLLONESHOT;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CLOEXEC;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CTL_ADD;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CTL_DEL;
import static dev.orcinus.bindings.linux.SysEpoll.EPOLL_CTL_MOD;
import static dev.orcinus.bindings.linux.SysEventfd.EFD_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysEpoll;
import dev.orcinus.bindings.linux.SysEpoll.EpollEvent;
import dev.orcinus.bindings.linux.SysEventfd;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one thread that waits for the ends of all guest processes, by descriptors that become
 * readable. It also starts processes that shall end with this one, because the kernel takes the end
 * of the thread that has started a process for the end of its parent, and this thread never ends.
 * Many threads may give it work.
 */
final class ProcessWatcher {
    private static final int LOOK_MILLIS = 10;
    private static final int RETRY_MILLIS = 10;

    /** Enough for a {@code struct epoll_event} of every processor. */
    private static final long EVENT_BYTES = 16;

    /**
     * Where the kernel puts one half of {@code data}: x86-64 packs the structure, so {@code data}
     * has the bytes 4 to 11, and this is its upper half; on AArch64, it has the bytes 8 to 15, and
     * this is its lower one. Both halves have the descriptor.
     */
    private static final long HALF_OF_DATA = 8;

    private static ProcessWatcher shared;

    /**
     * The kernel keeps the list of descriptors, so a look takes as long with a thousand of them.
     */
    private final int epoll;

    private final int bell;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** The steps for which the system had no thread left. */
    private final BlockingQueue<Runnable> left = new LinkedBlockingQueue<>();

    private final Map<Integer, Runnable> watched = new LinkedHashMap<>();
    private final Map<Integer, Runnable> processes = new LinkedHashMap<>();

    /** A step that may fail. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws HostCallException;
    }

    private ProcessWatcher(int epoll, int bell) {
        this.epoll = epoll;
        this.bell = bell;
    }

    /** Returns the watcher of this process. */
    static synchronized ProcessWatcher shared() throws HostCallException {
        if (shared == null) {
            try (Arena arena = Arena.ofConfined()) {
                ErrnoState state = new ErrnoState(arena);
                int bell = SysEventfd.eventfd(state, 0, EFD_CLOEXEC);
                if (bell < 0) {
                    throw Failure.of("eventfd", state);
                }
                int epoll = SysEpoll.epoll_create1(state, EPOLL_CLOEXEC);
                ProcessWatcher watcher = new ProcessWatcher(epoll, bell);
                if (epoll < 0 || watcher.control(state, EPOLL_CTL_ADD, bell, EPOLLIN) != 0) {
                    HostCallException failure = Failure.of("epoll", state);
                    watcher.close();
                    throw failure;
                }
                start("orcinus guest processes", watcher::watch);
                start("orcinus ends of guests", watcher::serveLeft);
                shared = watcher;
            }
        }
        return shared;
    }

    /** Closes the descriptors of a watcher that has no threads yet. */
    private void close() {
        Unistd.close(ErrnoState.IGNORED, bell);
        if (epoll >= 0) {
            Unistd.close(ErrnoState.IGNORED, epoll);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 1 << 18);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs {@code onReadable} once, on the watcher's thread, when a descriptor is readable. The
     * system has only so many places for descriptors that are watched (epoll(7)).
     *
     * @param otherwise is run there instead if the descriptor cannot be watched
     */
    void watch(int fd, Runnable onReadable, Runnable otherwise) {
        submit(
                () -> {
                    if (canListen(fd)) {
                        watched.put(fd, onReadable);
                    } else {
                        otherwise.run();
                    }
                });
    }

    private boolean canListen(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int once = EPOLLIN | EPOLLONESHOT;
            return control(state, EPOLL_CTL_ADD, fd, once) == 0
                    || (state.errno() == Errno.EEXIST
                            && control(state, EPOLL_CTL_MOD, fd, once) == 0);
        }
    }

    /** Writes the descriptor to all words of an event but the first, where {@code data} may be. */
    private int control(ErrnoState state, int operation, int fd, int events) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            for (long at = 0; at < EVENT_BYTES; at += Integer.BYTES) {
                event.set(JAVA_INT, at, at == EpollEvent.EVENTS ? events : fd);
            }
            return SysEpoll.epoll_ctl(state, epoll, operation, fd, event);
        }
    }

    /**
     * Runs {@code onEnd} once, on the watcher's thread, when a process has ended, which has no
     * descriptor. It is looked at again and again.
     */
    void watchProcess(int pid, Runnable onEnd) {
        submit(() -> processes.put(pid, onEnd));
    }

    /** Watches a descriptor no more; on the watcher's thread. */
    void stopWatching(int fd) {
        if (watched.remove(fd) != null) {
            control(ErrnoState.IGNORED, EPOLL_CTL_DEL, fd, 0);
        }
    }

    /** Runs a step on the watcher's thread. */
    <T> T run(Step<T> step) throws HostCallException {
        CompletableFuture<T> done = new CompletableFuture<>();
        HostCallException[] failure = new HostCallException[1];
        submit(
                () -> {
                    try {
                        done.complete(step.run());
                    } catch (HostCallException e) {
                        failure[0] = e;
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                });
        T result = done.join();
        if (failure[0] != null) {
            throw failure[0];
        }
        return result;
    }

    /** Runs a step on the watcher's thread, some time later. */
    void submit(Runnable task) {
        tasks.add(task);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(JAVA_LONG);
            one.set(JAVA_LONG, 0, 1);
            Unistd.write(ErrnoState.IGNORED, bell, one, Long.BYTES);
        }
    }

    /**
     * Starts a thread. If the system has none left, another step is done on one that has been
     * started for that: the end of a process must not be lost, and somebody may wait for it who has
     * the thread that is missing. The watcher's own thread does not wait for anything.
     */
    static void startOr(Runnable start, Runnable otherwise) {
        try {
            start.run();
        } catch (OutOfMemoryError e) {
            shared.left.add(otherwise);
        }
    }

    /**
     * Starts a thread. If the system has none left, another step is done a moment later, on the
     * thread of {@link #startOr}, between the other steps that wait for that one.
     */
    static void startOrRetry(Runnable start, Runnable retry) {
        startOr(
                start,
                () -> {
                    pause();
                    retry.run();
                });
    }

    private void serveLeft() {
        while (true) {
            try {
                left.take().run();
            } catch (InterruptedException e) {
                return; // nobody interrupts it
            } catch (RuntimeException | OutOfMemoryError e) {
                System.err.println("orcinus: the end of a guest process is lost: " + e);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        while (true) {
            runApart(this::awaitAndRun);
        }
    }

    /** Runs a step whose failure must not keep the thread from the next one. */
    private static void runApart(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            System.err.println("orcinus: the end of a guest process is lost: " + e);
        }
    }

    private void awaitAndRun() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            int limit = processes.isEmpty() ? -1 : LOOK_MILLIS;
            if (SysEpoll.epoll_wait(ErrnoState.IGNORED, epoll, event, 1, limit) > 0) {
                serve(arena, event.get(JAVA_INT, HALF_OF_DATA));
            }
        }
        lookAtProcesses();
    }

    private void lookAtProcesses() {
        for (int pid : List.copyOf(processes.keySet())) {
            if (StatFile.hasEnded(pid)) {
                runApart(processes.remove(pid));
            }
        }
    }

    private void serve(Arena arena, int fd) {
        if (fd != bell) {
            Runnable onReadable = watched.remove(fd); // its event is told once
            if (onReadable != null) {
                onReadable.run();
            }
            return;
        }
        MemorySegment count = arena.allocate(JAVA_LONG);
        Unistd.read(ErrnoState.IGNORED, bell, count.address(), Long.BYTES);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            runApart(task);
        }
    }
}
