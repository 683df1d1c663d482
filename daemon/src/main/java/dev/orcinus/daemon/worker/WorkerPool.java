package dev.orcinus.daemon.worker;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Worker processes: a few that wait for a session, and those that have one. Whenever one is taken,
 * another is started behind it. For many threads; guarded by this object's lock.
 */
public final class WorkerPool {
    private final Starter starter;
    private final int warm;
    private final Consumer<String> log;
    private final Deque<WorkerProcess> waiting = new ArrayDeque<>();
    private final Set<WorkerProcess> all = new HashSet<>();
    private boolean closed;

    /** Starts a worker process. */
    @FunctionalInterface
    public interface Starter {
        /**
         * Starts one.
         *
         * @param onEnd told once it is gone
         */
        WorkerProcess start(Consumer<WorkerProcess> onEnd) throws IOException, HostCallException;
    }

    /**
     * A pool without workers.
     *
     * @param warm how many should be waiting
     */
    public WorkerPool(Starter starter, int warm, Consumer<String> log) {
        this.starter = starter;
        this.warm = warm;
        this.log = log;
    }

    /** Starts as many workers as should be waiting. */
    public synchronized void fill() {
        while (!closed && waiting.size() < warm) {
            try {
                waiting.add(start());
            } catch (IOException | HostCallException e) {
                log.accept("no worker can be started: " + e.getMessage());
                return;
            }
        }
    }

    private WorkerProcess start() throws IOException, HostCallException {
        WorkerProcess worker = starter.start(this::ended);
        all.add(worker);
        return worker;
    }

    /** A worker that has waited the longest, or a new one; it may not be ready yet. */
    public synchronized WorkerProcess take() throws IOException, HostCallException {
        if (closed) {
            throw new IOException("the daemon is ending");
        }
        WorkerProcess worker = waiting.poll();
        return worker == null ? start() : worker;
    }

    /**
     * One that dies while it waits is replaced with the next session, not at once: whatever killed
     * it may kill the next one too.
     */
    private synchronized void ended(WorkerProcess worker) {
        all.remove(worker);
        waiting.remove(worker);
        notifyAll();
    }

    /** Asks all workers to end, and ends those that are still there after {@code limitMillis}. */
    public synchronized void close(long limitMillis) throws InterruptedException {
        closed = true;
        all.forEach(WorkerProcess::end);
        long deadline = System.nanoTime() + limitMillis * 1_000_000;
        boolean killed = false;
        while (!all.isEmpty()) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0 && !killed) {
                all.forEach(WorkerProcess::kill);
                killed = true;
            }
            wait(Math.max(1, killed ? limitMillis : leftMillis));
        }
    }
}
