package dev.orcinus.runtime.guest;

import dev.orcinus.platform.ExecutorAddress;
import java.time.Duration;

/**
 * A call into the guest that has not returned. A call out of a function that such a call has called
 * is another one, on the same thread.
 */
public final class RunningCall {
    private final ExecutorAddress function;
    private final Thread thread = Thread.currentThread();
    private final long startNanos = System.nanoTime();

    RunningCall(ExecutorAddress function) {
        this.function = function;
    }

    /** The address that was called; the first one, if several are called with one request. */
    public ExecutorAddress function() {
        return function;
    }

    /** The thread that has called, and waits. */
    public Thread thread() {
        return thread;
    }

    /** When the call began, as {@link System#nanoTime} told it. */
    public long startNanos() {
        return startNanos;
    }

    /** How long it has been running. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    @Override
    public String toString() {
        return function + " on " + thread.getName() + " for " + elapsed().toMillis() + " ms";
    }
}
