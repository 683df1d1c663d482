package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.function.Function;

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

    /** Returns an answer with this result if the guest ends during the work. */
    Answer orGuestEnd(Function<String, WrapperFunctionResult> failure) {
        return place == Place.HERE ? this : new Answer(place, () -> run(failure));
    }

    private WrapperFunctionResult run(Function<String, WrapperFunctionResult> failure) {
        try {
            return work.run();
        } catch (GuestGoneException e) {
            return failure.apply(e.getMessage());
        }
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
