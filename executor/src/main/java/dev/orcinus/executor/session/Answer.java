package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;

/** What a wrapper function says to a call: the result, or the work that leads to it and needs a guest thread. */
public sealed interface Answer {
    /** The result. */
    static Answer now(WrapperFunctionResult result) {
        return new Now(result);
    }

    /** Work that may run guest code or block. */
    static Answer onGuestThread(Work work) {
        return new OnGuestThread(work);
    }

    /** Work that may wait for guest threads, but runs no guest code itself. */
    static Answer aside(Work work) {
        return new Aside(work);
    }

    /**
     * The result is there.
     *
     * @param result what goes back
     */
    record Now(WrapperFunctionResult result) implements Answer {}

    /**
     * A guest thread is needed.
     *
     * @param work leads to the result
     */
    record OnGuestThread(Work work) implements Answer {}

    /**
     * A thread is needed that is not the reader's.
     *
     * @param work leads to the result
     */
    record Aside(Work work) implements Answer {}

    /** What leads to the result. */
    @FunctionalInterface
    interface Work {
        /** Runs it; an exception is a bug. */
        WrapperFunctionResult run();
    }
}
