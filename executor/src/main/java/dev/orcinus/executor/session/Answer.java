package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.runtime.guest.GuestThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The answer of a wrapper function to a call: the result, or the work that produces it and the kind
 * of thread that the work needs. The kinds are an enum, not sealed records, because the first
 * {@code switch} over types costs a starting JVM milliseconds.
 */
public final class Answer {
    private final Place place;
    private final EarlyWork work;

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
        this(place, (EarlyWork) _ -> work.run());
    }

    private Answer(Place place, EarlyWork work) {
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

    /** Returns such an answer whose work may have its result before it ends. */
    public static Answer asideEarly(EarlyWork work) {
        return new Answer(Place.ASIDE, work);
    }

    /** Returns an answer with this result if the guest ends during the work. */
    Answer orGuestEnd(Function<String, WrapperFunctionResult> failure) {
        return place == Place.HERE
                ? this
                : new Answer(place, (EarlyWork) early -> run(early, failure));
    }

    private WrapperFunctionResult run(
            Consumer<WrapperFunctionResult> early,
            Function<String, WrapperFunctionResult> failure) {
        try {
            return work.run(early);
        } catch (GuestGoneException e) {
            return failure.apply(e.getMessage());
        }
    }

    Place place() {
        return place;
    }

    /** Returns the work for a thread that waits for its end. */
    Work work() {
        return () -> work.run(_ -> {});
    }

    /**
     * Does the work, and waits for its result; what it throws is thrown. The calling thread may be
     * one that the work waits for.
     *
     * @throws RejectedExecutionException if it cannot be started
     */
    WrapperFunctionResult await(GuestThreads threads) {
        if (place != Place.ASIDE) {
            return work().run();
        }
        try {
            return startAside(threads).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    /**
     * Starts work that may wait for guest threads.
     *
     * @return its result, which may be there before it ends, and else when it no longer counts as a
     *     call
     * @throws RejectedExecutionException if it cannot be started
     */
    CompletableFuture<WrapperFunctionResult> startAside(GuestThreads threads) {
        CompletableFuture<WrapperFunctionResult> result = new CompletableFuture<>();
        CompletableFuture<WrapperFunctionResult> end =
                threads.runAside(() -> work.run(result::complete));
        var _ =
                end.whenComplete(
                        (last, bug) -> {
                            var _ =
                                    bug == null
                                            ? result.complete(last)
                                            : result.completeExceptionally(bug);
                        });
        return result;
    }

    /** The work that produces the result. */
    @FunctionalInterface
    public interface Work {
        /** Does the work and returns the result; an exception is a bug. */
        WrapperFunctionResult run();
    }

    /** The work that produces the result, perhaps before it ends. */
    @FunctionalInterface
    public interface EarlyWork {
        /**
         * Does the work and returns the result; an exception is a bug.
         *
         * @param early takes the result before, if it is known; the one that is returned is then
         *     ignored
         */
        WrapperFunctionResult run(Consumer<WrapperFunctionResult> early);
    }
}
