package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.SysEventfd.EFD_CLOEXEC;
import static dev.orcinus.bindings.posix.Poll.POLLIN;
import static dev.orcinus.bindings.posix.Poll.Pollfd.EVENTS;
import static dev.orcinus.bindings.posix.Poll.Pollfd.FD;
import static dev.orcinus.bindings.posix.Poll.Pollfd.REVENTS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysEventfd;
import dev.orcinus.bindings.posix.Poll;
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

    private static ProcessWatcher shared;

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

    private ProcessWatcher(int bell) {
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
                ProcessWatcher watcher = new ProcessWatcher(bell);
                start("orcinus guest processes", watcher::watch);
                start("orcinus ends of guests", watcher::serveLeft);
                shared = watcher;
            }
        }
        return shared;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 1 << 18);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs {@code onReadable} once, on the watcher's thread, when a descriptor is readable. */
    void watch(int fd, Runnable onReadable) {
        submit(() -> watched.put(fd, onReadable));
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
        watched.remove(fd);
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
            try {
                awaitAndRun();
            } catch (RuntimeException | OutOfMemoryError e) {
                System.err.println("orcinus: the end of a guest process is lost: " + e);
            }
        }
    }

    private void awaitAndRun() {
        try (Arena arena = Arena.ofConfined()) {
            int[] fds = new int[watched.size() + 1];
            int count = 0;
            for (int fd : watched.keySet()) {
                fds[count++] = fd;
            }
            fds[count] = bell;
            MemorySegment entries = arena.allocate(Poll.Pollfd.SIZEOF * fds.length, Long.BYTES);
            for (int i = 0; i < fds.length; i++) {
                entries.set(JAVA_INT, i * Poll.Pollfd.SIZEOF + FD, fds[i]);
                entries.set(JAVA_SHORT, i * Poll.Pollfd.SIZEOF + EVENTS, (short) POLLIN);
            }
            int limit = processes.isEmpty() ? -1 : LOOK_MILLIS;
            if (Poll.poll(ErrnoState.IGNORED, entries, fds.length, limit) > 0) {
                for (int i = 0; i < fds.length; i++) {
                    if (entries.get(JAVA_SHORT, i * Poll.Pollfd.SIZEOF + REVENTS) != 0) {
                        serve(arena, fds[i]);
                    }
                }
            }
        }
        lookAtProcesses();
    }

    private void lookAtProcesses() {
        for (int pid : List.copyOf(processes.keySet())) {
            if (StatFile.hasEnded(pid)) {
                processes.remove(pid).run();
            }
        }
    }

    private void serve(Arena arena, int fd) {
        if (fd != bell) {
            watched.remove(fd).run();
            return;
        }
        MemorySegment count = arena.allocate(JAVA_LONG);
        Unistd.read(ErrnoState.IGNORED, bell, count.address(), Long.BYTES);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
