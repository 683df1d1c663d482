package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The at-exit functions of a dylib, the newest first. For many threads; guarded by this object's
 * lock.
 */
final class AtExitList {
    private final Deque<Entry> entries = new ArrayDeque<>();

    /**
     * A function to call at the end.
     *
     * @param functionOwner the allocation that the function lies in, if there is one
     * @param argumentOwner the allocation that the argument points into, if there is one
     */
    record Entry(
            ExecutorAddress function,
            ExecutorAddress argument,
            Optional<ExecutorAddress> functionOwner,
            Optional<ExecutorAddress> argumentOwner) {
        boolean needs(ExecutorAddress allocation) {
            return functionOwner.filter(allocation::equals).isPresent()
                    || argumentOwner.filter(allocation::equals).isPresent();
        }
    }

    synchronized void add(Entry entry) {
        entries.push(entry);
    }

    /** Takes the newest out; null if there is none. */
    synchronized Entry take() {
        return entries.poll();
    }

    synchronized void dropThoseOf(ExecutorAddress allocation) {
        entries.removeIf(entry -> entry.needs(allocation));
    }

    synchronized int size() {
        return entries.size();
    }
}
