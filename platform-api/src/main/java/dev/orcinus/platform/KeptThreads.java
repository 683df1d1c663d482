package dev.orcinus.platform;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * The Java threads of this process for work of its own that comes again and again, as in each
 * session. To start a thread takes a tenth of a millisecond, in which its starter waits; so they
 * are kept for some seconds. No code of a guest that is this process, and no Java code that guest
 * code calls, may run on them: its thread-locals would live on. Many threads may use it.
 *
 * <p>One thread starts all others: under Linux, a thread shares its folder with who has started it,
 * which may have another one than the process. An executor of the JDK would start them on the
 * threads that need them. None inherits thread-locals of who uses them first.
 */
public final class KeptThreads {
    private static final long STACK_BYTES = 1 << 20;
    private static final long KEEP_SECONDS = 10;
    private static final String IDLE = "orcinus idle";

    /** Takes work only if a thread waits for it. */
    private static final BlockingQueue<Runnable> WORK = new SynchronousQueue<>();

    private static final BlockingQueue<Runnable> STARTS = new LinkedBlockingQueue<>();

    static {
        start("orcinus threads", KeptThreads::startAll);
    }

    private KeptThreads() {}

    /**
     * Lets all these threads have the folder that the calling thread has, if this is called before
     * all else.
     */
    public static void begin() {}

    /**
     * Runs work on a thread that runs nothing else.
     *
     * @param name of the thread meanwhile
     * @throws OutOfMemoryError if there is no thread, and none can be made
     */
    public static void run(String name, Runnable work) {
        Runnable named = () -> runAs(name, work);
        if (!WORK.offer(named)) {
            startWith(named);
        }
    }

    private static void runAs(String name, Runnable work) {
        Thread thread = Thread.currentThread();
        thread.setName(name);
        try {
            work.run();
        } finally {
            thread.setName(IDLE);
        }
    }

    private static void startWith(Runnable first) {
        try {
            Life life = new Life(first);
            CompletableFuture.runAsync(() -> start(IDLE, life), STARTS::add).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OutOfMemoryError none) {
                throw none;
            }
            throw e;
        }
    }

    private static void start(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, STACK_BYTES, false);
        thread.setDaemon(true);
        thread.start();
    }

    private static void startAll() {
        while (true) {
            try {
                STARTS.take().run();
            } catch (InterruptedException e) {
                // nobody does that
            }
        }
    }

    /** What a thread does. While it waits, it refers to nothing of the work that it has done. */
    private static final class Life implements Runnable {
        private Runnable next;

        Life(Runnable first) {
            next = first;
        }

        @Override
        public void run() {
            while (next != null) {
                work();
                await();
            }
        }

        private void work() {
            Runnable work = next;
            next = null;
            work.run();
        }

        /** Waits for work, also if the last work has left an interrupt. */
        private void await() {
            var _ = Thread.interrupted();
            try {
                next = WORK.poll(KEEP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                // it ends
            }
        }
    }
}
