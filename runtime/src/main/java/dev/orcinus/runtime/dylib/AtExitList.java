package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The at-exit functions of a dylib, the newest first. Many threads may use it; this object's lock
 * guards it.
 */
final class AtExitList {
    private final Deque<AtExit> functions = new ArrayDeque<>();

    /**
     * A function to call at the end.
     *
     * @param functionOwner the allocation that the function lies in, if there is one
     * @param argumentOwner the allocation that the argument points into, if there is one
     */
    record AtExit(
            ExecutorAddress function,
            ExecutorAddress argument,
            Optional<ExecutorAddress> functionOwner,
            Optional<ExecutorAddress> argumentOwner) {
        boolean needs(ExecutorAddress allocation) {
            return functionOwner.filter(allocation::equals).isPresent()
                    || argumentOwner.filter(allocation::equals).isPresent();
        }
    }

    synchronized void add(AtExit function) {
        functions.push(function);
    }

    /** Removes and returns the newest; null if there is none. */
    synchronized AtExit take() {
        return functions.poll();
    }

    synchronized void dropThoseOf(ExecutorAddress allocation) {
        functions.removeIf(function -> function.needs(allocation));
    }

    /** Returns all functions, the newest first. */
    synchronized List<AtExit> all() {
        return List.copyOf(functions);
    }

    /** Replaces all functions. */
    synchronized void replaceBy(List<AtExit> others) {
        functions.clear();
        functions.addAll(others);
    }

    synchronized int size() {
        return functions.size();
    }
}
