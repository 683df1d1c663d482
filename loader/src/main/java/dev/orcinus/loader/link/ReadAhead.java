package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The objects that a batch is expected to take from archives. Other threads read them, in the order
 * in which they are expected, while the batch's own thread works on those before. There are no such
 * threads for a few objects, or if there is one processor. What is read depends on no thread, so
 * the batch's result does not, either. The thread that makes it closes it; then nothing is read any
 * more.
 */
public final class ReadAhead implements AutoCloseable {
    /** For fewer objects, to start a thread takes more time than it gains. */
    private static final int LEAST_OBJECTS = 8;

    private final LinkedBlockingQueue<FutureTask<LinkGraph>> waiting = new LinkedBlockingQueue<>();
    private List<Thread> threads = List.of();
    private int expected;
    private volatile boolean ended;

    /** Makes one that expects nothing. */
    ReadAhead() {}

    /** Expects an object, and returns the task of reading it. */
    public FutureTask<LinkGraph> expect(Callable<LinkGraph> reading) {
        FutureTask<LinkGraph> task = new FutureTask<>(reading);
        waiting.add(task);
        expected++;
        if (expected == LEAST_OBJECTS) {
            threads = Workers.start(this::read);
        }
        return task;
    }

    private void read() {
        try {
            while (!ended) {
                run(waiting.take());
            }
        } catch (InterruptedException _) {
            // it is closed
        }
    }

    /** Reads an object. The JVM may tell a moment later that its file has become shorter. */
    private static void run(FutureTask<LinkGraph> task) {
        try {
            task.run();
        } catch (InternalError _) {
            // whoever takes the object looks at the file
        }
    }

    /**
     * Returns an object that is read, or reads it.
     *
     * @throws dev.orcinus.loader.LinkException if it cannot be read
     */
    public static LinkGraph get(FutureTask<LinkGraph> task) {
        task.run(); // does nothing if another thread has begun
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw unchecked(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unchecked(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(e.getCause());
    }

    /** Ends the threads, and waits until none of them reads. */
    @Override
    public void close() {
        ended = true;
        waiting.clear();
        threads.forEach(Thread::interrupt);
        Workers.join(threads);
        threads = List.of();
    }
}
