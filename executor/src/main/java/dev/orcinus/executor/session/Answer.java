package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;

/**
 * The answer of a wrapper function to a call: the result, or the work that produces it and the kind
 * of thread that the work needs. The kinds are an enum, not sealed records, because the first
 * {@code switch} over types costs a starting JVM milliseconds.
 */
public final class Answer {
    private final Place place;
    private final Work work;

    /** The place where the work is done. */
    enum Place {
        /** No thread is needed: the result exists already. */
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

    /** Returns an answer that holds the result. */
    public static Answer now(WrapperFunctionResult result) {
        return new Answer(Place.HERE, () -> result);
    }

    /** Returns an answer whose work may run guest code or block. */
    public static Answer onGuestThread(Work work) {
        return new Answer(Place.GUEST_THREAD, work);
    }

    /** Returns an answer whose work may wait for guest threads, but runs no guest code itself. */
    public static Answer aside(Work work) {
        return new Answer(Place.ASIDE, work);
    }

    Place place() {
        return place;
    }

    Work work() {
        return work;
    }

    /** The work that produces the result. */
    @FunctionalInterface
    public interface Work {
        /** Does the work and returns the result; an exception is a bug. */
        WrapperFunctionResult run();
    }
}
