package dev.orcinus.loader.link;

import java.util.ArrayList;
import java.util.List;
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

    private final LinkedBlockingQueue<ExpectedObject> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private int expected;
    private volatile boolean ended;

    /** Makes one that expects nothing. */
    ReadAhead() {}

    /** Expects an object, which its reader reads. */
    public ExpectedObject expect(GraphReader reader) {
        ExpectedObject object = new ExpectedObject(reader);
        waiting.add(object);
        expected++;
        if (expected == LEAST_OBJECTS) {
            // who has taken the last object asks whether its archive has changed
            Workers.start(threads, this::read, _ -> {});
        }
        return object;
    }

    /** Reads objects. The JVM may tell a moment later that a file has become shorter. */
    private void read() {
        ExpectedObject last = null;
        while (!ended) {
            try {
                ExpectedObject next = waiting.take();
                last = next;
                next.read();
            } catch (InterruptedException _) {
                return; // it is closed
            } catch (InternalError late) {
                if (last != null) {
                    last.fail(late);
                }
            }
        }
    }

    /** Ends the threads, and waits until none of them reads. */
    @Override
    public void close() {
        ended = true;
        waiting.clear();
        threads.forEach(Thread::interrupt);
        Workers.join(threads);
        threads.clear();
    }
}
