package dev.orcinus.daemon.background;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/** A thread that makes objects, which live until it ends, as a link does. */
final class GrowingHeap implements AutoCloseable {
    private static final int OBJECT_BYTES = 1 << 20;
    private static final int STEP_MILLIS = 10;

    private final Thread maker = Thread.ofPlatform().daemon().start(GrowingHeap::grow);

    private static void grow() {
        List<byte[]> alive = new ArrayList<>();
        try {
            while (true) {
                alive.add(new byte[OBJECT_BYTES]);
                Thread.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException _) {
            // it is told to end
        } finally {
            Reference.reachabilityFence(alive);
        }
    }

    @Override
    public void close() {
        maker.interrupt();
        try {
            maker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
