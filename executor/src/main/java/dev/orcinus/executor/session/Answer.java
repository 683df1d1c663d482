package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;

/**
 * The answer of a wrapper function to a call: the result, or the work that leads to it and the kind
 * of thread that it needs. An enum and not sealed records: the first {@code switch} over types
 * costs a starting JVM milliseconds that its controller waits for.
 */
public final class Answer {
    private final Place place;
    private final Work work;

    /** The place where the work is done. */
    enum Place {
        /** Nowhere: the result is there already. */
        HERE,
        /** Work that may run guest code or block. */
        GUEST_THREAD,
        /** Work that may wait for guest threads, but runs no guest code itself. */
        ASIDE
    }

    private Answer(Place place, Work work) {
        this.place = place;
        this.work = work;
    }

    /** The result. */
    public static Answer now(WrapperFunctionResult result) {
        return new Answer(Place.HERE, () -> result);
    }

    /** Work that may run guest code or block. */
    public static Answer onGuestThread(Work work) {
        return new Answer(Place.GUEST_THREAD, work);
    }

    /** Work that may wait for guest threads, but runs no guest code itself. */
    public static Answer aside(Work work) {
        return new Answer(Place.ASIDE, work);
    }

    Place place() {
        return place;
    }

    Work work() {
        return work;
    }

    /** The work that leads to the result. */
    @FunctionalInterface
    public interface Work {
        /** Runs it; an exception is a bug. */
        WrapperFunctionResult run();
    }
}
