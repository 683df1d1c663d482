package dev.orcinus.executor.session;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostProcess;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A platform thread for guest code: a stack as large as a native program's main thread has, and a signal stack, so that overflowing it is reported. Guest code may leave thread-local data on it
 * whose destructors run when the thread ends; {@link #awaitEnd} waits for these too.
 */
final class GuestThread {
    private static final long STACK_BYTES = 16 << 20;
    private static final long KEEP_SECONDS = 30;
    private static final long END_CHECK_NANOS = 50_000;
    private static final Runnable RETIRE = () -> {};

    private final HostProcess process;
    private final GuestThreads owner;
    private final CountDownLatch started = new CountDownLatch(1);
    private final Thread thread;
    private Runnable next;
    private volatile long kernelId;

    GuestThread(HostProcess process, GuestThreads owner, String name, Runnable first) {
        this.process = process;
        this.owner = owner;
        this.next = first;
        this.thread = new Thread(null, this::live, name, STACK_BYTES);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @SuppressWarnings("try") // the resource is the thread's signal stack
    private void live() {
        kernelId = process.currentThreadId();
        started.countDown();
        try (AutoCloseable signalStack = process.prepareGuestThread()) {
            for (Runnable work = await(); work != RETIRE; work = await()) {
                serve(work);
            }
        } catch (HostCallException e) {
            throw new IllegalStateException("no signal stack for a guest thread", e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void serve(Runnable work) {
        try {
            work.run();
        } finally {
            owner.done(this);
        }
    }

    /** Waits for work; after a while without, leaves the pool. */
    private Runnable await() throws InterruptedException {
        while (true) {
            Runnable work = take();
            if (work != null) {
                return work;
            }
            if (owner.leave(this)) {
                return RETIRE;
            }
        }
    }

    private synchronized Runnable take() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(KEEP_SECONDS);
        long leftMillis = TimeUnit.SECONDS.toMillis(KEEP_SECONDS);
        while (next == null && leftMillis > 0) {
            wait(leftMillis);
            leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        Runnable work = next;
        next = null;
        return work;
    }

    synchronized void give(Runnable work) {
        next = work;
        notifyAll();
    }

    /** Has the thread end when its work is done. */
    void retire() {
        give(RETIRE);
    }

    /** Waits until the thread has ended, natively too. */
    void awaitEnd() throws InterruptedException {
        thread.join();
        started.await();
        while (process.hasThread(kernelId)) {
            LockSupport.parkNanos(END_CHECK_NANOS);
        }
    }
}
