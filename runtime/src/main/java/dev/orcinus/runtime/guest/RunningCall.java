package dev.orcinus.runtime.guest;

import dev.orcinus.platform.ExecutorAddress;
import java.time.Duration;

/**
 * A call into the guest that has not returned. If the called function calls Java and Java calls the
 * guest again, that is another call on the same thread.
 */
public final class RunningCall {
    private final ExecutorAddress function;
    private final Thread thread = Thread.currentThread();
    private final long startNanos = System.nanoTime();

    RunningCall(ExecutorAddress function) {
        this.function = function;
    }

    /**
     * Returns the address that was called; the first one, if several are called with one request.
     */
    public ExecutorAddress function() {
        return function;
    }

    /** Returns the thread that has made the call. */
    public Thread thread() {
        return thread;
    }

    /** Returns when the call began, in the time of {@link System#nanoTime}. */
    public long startNanos() {
        return startNanos;
    }

    /** Returns how long it has been running. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    @Override
    public String toString() {
        return function + " on " + thread.getName() + " for " + elapsed().toMillis() + " ms";
    }
}
