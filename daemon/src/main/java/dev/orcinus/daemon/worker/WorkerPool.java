package dev.orcinus.daemon.worker;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The worker processes: a few that wait for a session, and those that have one. When one is taken,
 * another is started. Thread-safe; guarded by this object's lock.
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
         * Starts a worker.
         *
         * @param onEnd called after the worker has ended
         */
        WorkerProcess start(Consumer<WorkerProcess> onEnd) throws IOException, HostCallException;
    }

    /**
     * Creates a pool without workers.
     *
     * @param warm how many workers should be waiting
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

    /** Returns the worker that has waited the longest, or a new one. It may not be ready yet. */
    public synchronized WorkerProcess take() throws IOException, HostCallException {
        if (closed) {
            throw new IOException("the daemon is ending");
        }
        WorkerProcess worker = waiting.poll();
        return worker == null ? start() : worker;
    }

    /**
     * Forgets a worker that has ended. One that ends while it waits is replaced when the next
     * session begins, not at once, because the next one may fail in the same way.
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
