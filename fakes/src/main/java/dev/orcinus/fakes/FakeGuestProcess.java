package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process whose at-exit functions the {@link FakeInvoker} only notes. It counts the threads that
 * are prepared for guest code. Many threads may use it.
 */
public final class FakeGuestProcess implements GuestProcess {
    private final AtomicInteger preparedThreads = new AtomicInteger();
    private final AtomicInteger endedThreads = new AtomicInteger();
    private final AtomicInteger flushes = new AtomicInteger();
    private final Deque<Registration> registrations = new ArrayDeque<>();
    private final Set<ExecutorAddress> heap = new HashSet<>();
    private final FakeGuestMemory memory;
    private final AtomicInteger mainThreads = new AtomicInteger();
    private volatile Runnable atThreadEnd = () -> {};
    private volatile boolean failing;
    private volatile GuestEnd end;
    private volatile long pid = ProcessHandle.current().pid();

    /** An empty process; its C heap lies in {@code memory}. */
    public FakeGuestProcess(FakeGuestMemory memory) {
        this.memory = memory;
    }

    private record Registration(ExecutorAddress function, ExecutorAddress handle) {}

    /** Gives it another process id, as when a copy of a process takes its place. */
    public void goOnAs(long otherPid) {
        pid = otherPid;
    }

    /** Makes preparing threads fail from now on. */
    public void failToPrepare() {
        failing = true;
    }

    /** Makes preparing threads work again. */
    public void canPrepareAgain() {
        failing = false;
    }

    /** Makes threads that end from now on run destructors. */
    public void atThreadEnd(Runnable destructors) {
        atThreadEnd = destructors;
    }

    /** Makes the process one that has ended: there are no threads to prepare. */
    public void end(GuestEnd how) {
        end = how;
    }

    /** Makes it one that lives again, as when a copy of it takes its place. */
    public void goOnAfterEnd() {
        end = null;
    }

    /** Returns how many threads have been prepared for the first thread of the process. */
    public int mainThreads() {
        return mainThreads.get();
    }

    /** Returns how many threads are prepared now. */
    public int preparedThreads() {
        return preparedThreads.get();
    }

    /** Returns how many ends of threads have been waited for. */
    public int endedThreads() {
        return endedThreads.get();
    }

    /** Returns how often stdio has been flushed. */
    public int flushes() {
        return flushes.get();
    }

    /** Returns how many at-exit functions are registered and have not run. */
    public synchronized int pending() {
        return registrations.size();
    }

    /** Removes and returns the functions that are registered for a handle, the newest first. */
    synchronized List<ExecutorAddress> takeAtExits(ExecutorAddress handle) {
        List<Registration> taken =
                registrations.stream().filter(r -> r.handle.equals(handle)).toList();
        registrations.removeAll(taken);
        return taken.stream().map(Registration::function).toList();
    }

    @Override
    public synchronized void atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle) {
        registrations.push(new Registration(function, dsoHandle));
    }

    @Override
    public PreparedThread prepareMainThread() throws HostCallException {
        mainThreads.incrementAndGet();
        return prepareThread();
    }

    @Override
    public PreparedThread prepareThread() throws HostCallException {
        if (end != null) {
            throw new GuestGoneException(end);
        }
        if (failing) {
            throw new HostCallException("sigaltstack()", 12, "ENOMEM");
        }
        preparedThreads.incrementAndGet();
        return new PreparedThread() {
            @Override
            public void close() {
                atThreadEnd.run();
                preparedThreads.decrementAndGet();
            }

            @Override
            public boolean awaitEnd(Duration limit) {
                endedThreads.incrementAndGet();
                return true;
            }
        };
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public void printError(String text) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flushStdio() {
        flushes.incrementAndGet();
    }

    /** Returns the pieces of the C heap that are in use. */
    public synchronized Set<ExecutorAddress> heap() {
        return Set.copyOf(heap);
    }

    @Override
    public synchronized ExecutorAddress allocate(long sizeBytes) {
        ExecutorAddress piece = memory.pages(sizeBytes, MemProt.READ_WRITE).start();
        heap.add(piece);
        return piece;
    }

    @Override
    public synchronized void free(ExecutorAddress piece) {
        if (!heap.remove(piece)) {
            throw new AssertionError("the caller frees memory that is not allocated: " + piece);
        }
    }

    @Override
    public void exit(int status) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }
}
