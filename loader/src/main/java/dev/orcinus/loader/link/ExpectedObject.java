package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An object that a batch is expected to take. The thread that comes first reads it, and others wait
 * for it. Several threads may use it.
 */
public final class ExpectedObject {
    private final GraphReader reader;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile LinkGraph graph;
    private volatile Throwable failure;

    ExpectedObject(GraphReader reader) {
        this.reader = reader;
    }

    /** Reads the object, unless a thread has begun to. */
    void read() {
        if (begun.compareAndSet(false, true)) {
            try {
                graph = reader.read();
                done.countDown();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /** Notes that it cannot be read, which the JVM may tell after it seems to have been read. */
    void fail(Throwable thrown) {
        failure = thrown;
        done.countDown();
    }

    /**
     * Returns the object, and reads it if no thread has begun to.
     *
     * @throws dev.orcinus.loader.LinkException if it cannot be read
     */
    public LinkGraph get() {
        read();
        awaitDone();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return graph;
    }

    private void awaitDone() {
        boolean interrupted = false;
        while (done.getCount() > 0) {
            try {
                done.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
