package dev.orcinus.loader.link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Threads that help the thread that links with steps which concern one object each. The result of a
 * step must not depend on other objects' steps of the same kind. It has no state.
 */
final class Workers {
    /** To start a thread for fewer objects takes more time than it gains. */
    private static final int LEAST_OBJECTS = 16;

    private static final int MOST_HELPERS = 3;

    /** The name of the threads. */
    static final String NAME = "linking";

    private Workers() {}

    /**
     * Starts the threads that this machine has processors for and the system allows, which may be
     * none.
     *
     * @param threads gets them, and has those that have been started if this fails
     * @param late takes what a thread throws after its work, as the JVM may tell late that a mapped
     *     file has become shorter
     */
    static void start(List<Thread> threads, Runnable work, Consumer<Throwable> late) {
        int count = Math.min(Runtime.getRuntime().availableProcessors() - 1, MOST_HELPERS);
        Thread.Builder builder =
                Thread.ofPlatform()
                        .daemon()
                        .name(NAME)
                        .uncaughtExceptionHandler((_, thrown) -> late.accept(thrown));
        try {
            for (int i = 0; i < count; i++) {
                threads.add(builder.start(work));
            }
        } catch (OutOfMemoryError _) {
            // the others do their part
        }
    }

    /** Waits until threads have ended, whatever the JVM throws meanwhile. */
    static void join(List<Thread> threads) {
        boolean interrupted = false;
        InternalError late = null;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (InternalError e) { // of an earlier read of this thread
                    late = e;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (late != null) {
            throw late;
        }
    }

    /**
     * Takes a step for each of some objects, on several threads if there are many of them. If steps
     * fail, it throws what the first of these objects has thrown, and some objects behind it have
     * no step. No step runs any more when it returns or throws.
     */
    static <T> void each(List<T> objects, Consumer<T> step) {
        if (objects.size() < LEAST_OBJECTS) {
            objects.forEach(step);
            return;
        }
        Steps<T> steps = new Steps<>(objects, step);
        List<Thread> threads = new ArrayList<>(MOST_HELPERS);
        try {
            start(threads, steps, thrown -> steps.fail(objects.size(), thrown));
            steps.run();
        } catch (RuntimeException | Error e) {
            steps.fail(objects.size(), e);
        } finally {
            join(threads);
        }
        steps.throwFailure();
    }

    /** The steps that several threads take in turn; its lock guards the failure. */
    private static final class Steps<T> implements Runnable {
        private final List<T> objects;
        private final Consumer<T> step;
        private final AtomicInteger next = new AtomicInteger();
        private volatile int failed = Integer.MAX_VALUE;
        private Throwable failure;

        Steps(List<T> objects, Consumer<T> step) {
            this.objects = objects;
            this.step = step;
        }

        /**
         * Takes steps until there are none. The JVM tells of a read behind the end of a mapped file
         * when it next looks, which may be after the step.
         */
        @Override
        public void run() {
            int taken = 0;
            try {
                int i = next.getAndIncrement();
                while (i < objects.size() && i < failed) {
                    taken = i;
                    try {
                        step.accept(objects.get(i));
                    } catch (RuntimeException | Error e) {
                        fail(i, e);
                    }
                    i = next.getAndIncrement();
                }
            } catch (RuntimeException | Error e) {
                fail(taken, e);
            }
        }

        private synchronized void fail(int object, Throwable thrown) {
            if (object < failed) {
                failed = object;
                failure = thrown;
            }
        }

        synchronized void throwFailure() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
