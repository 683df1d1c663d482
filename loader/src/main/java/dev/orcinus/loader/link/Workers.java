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

    private Workers() {}

    /** Starts the threads that this machine has processors for, which may be none. */
    static List<Thread> start(Runnable work) {
        int count = Math.min(Runtime.getRuntime().availableProcessors() - 1, MOST_HELPERS);
        List<Thread> threads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name("linking").start(work));
        }
        return threads;
    }

    /** Waits until threads have ended. */
    static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes a step for each of some objects, on several threads if there are many of them. If steps
     * fail, it throws what the first of these objects has thrown, and some objects behind it have
     * no step.
     */
    static <T> void each(List<T> objects, Consumer<T> step) {
        if (objects.size() < LEAST_OBJECTS) {
            objects.forEach(step);
            return;
        }
        Steps<T> steps = new Steps<>(objects, step);
        List<Thread> threads = start(steps);
        steps.run();
        join(threads);
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

        @Override
        public void run() {
            int i = next.getAndIncrement();
            while (i < objects.size() && i < failed) {
                try {
                    step.accept(objects.get(i));
                } catch (RuntimeException | Error e) {
                    fail(i, e);
                }
                i = next.getAndIncrement();
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
