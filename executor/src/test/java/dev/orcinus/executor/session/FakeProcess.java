package dev.orcinus.executor.session;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostProcess;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of which only the threads matter: it counts the signal stacks that are in use. */
final class FakeProcess implements HostProcess {
    private final Set<Long> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger signalStacks = new AtomicInteger();
    private volatile boolean failing;

    /** From now on no thread gets a signal stack. */
    void failToPrepare() {
        failing = true;
    }

    int signalStacks() {
        return signalStacks.get();
    }

    @Override
    public long pid() {
        return 1;
    }

    @Override
    public int uid() {
        return 0;
    }

    @Override
    public boolean isTerminal(int descriptor) {
        return false;
    }

    @Override
    public void flushStdio() {}

    @Override
    public AutoCloseable prepareGuestThread() throws HostCallException {
        if (failing) {
            throw new HostCallException("sigaltstack()", 12, "ENOMEM");
        }
        signalStacks.incrementAndGet();
        return signalStacks::decrementAndGet;
    }

    @Override
    public long currentThreadId() {
        threads.add(Thread.currentThread().threadId());
        return Thread.currentThread().threadId();
    }

    /** Each thread is there once more after its Java part has ended. */
    @Override
    public boolean hasThread(long threadId) {
        return threads.remove(threadId);
    }

    @Override
    public void atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle) {}

    @Override
    public void runAtExits(ExecutorAddress dsoHandle) {}

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void exitNow(int status) {}
}
