package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkPhase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How long each phase has taken, and which one is running. For many threads; phases may nest. */
public final class PhaseClock {
    private final Map<LinkPhase, Long> nanos = new EnumMap<>(LinkPhase.class);
    private LinkPhase current;

    /** Runs a phase. */
    <X extends Exception> void time(LinkPhase phase, Work<X> work) throws X {
        get(
                phase,
                () -> {
                    work.run();
                    return null;
                });
    }

    /** Runs a phase that has a result. */
    <T, X extends Exception> T get(LinkPhase phase, Question<T, X> question) throws X {
        LinkPhase outer = enter(phase);
        long start = System.nanoTime();
        try {
            return question.answer();
        } finally {
            leave(phase, outer, System.nanoTime() - start);
        }
    }

    private synchronized LinkPhase enter(LinkPhase phase) {
        LinkPhase outer = current;
        current = phase;
        return outer;
    }

    private synchronized void leave(LinkPhase phase, LinkPhase outer, long took) {
        nanos.merge(phase, took, Long::sum);
        current = outer;
    }

    /** The phase that runs now, if one does. */
    public synchronized Optional<LinkPhase> current() {
        return Optional.ofNullable(current);
    }

    /** What each phase has taken. */
    public synchronized Map<LinkPhase, Duration> times() {
        Map<LinkPhase, Duration> times = new EnumMap<>(LinkPhase.class);
        for (LinkPhase phase : LinkPhase.values()) {
            times.put(phase, Duration.ofNanos(nanos.getOrDefault(phase, 0L)));
        }
        return times;
    }

    /**
     * A phase's work.
     *
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface Work<X extends Exception> {
        /** Does it. */
        void run() throws X;
    }

    /**
     * A phase's work, with a result.
     *
     * @param <T> the result
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface Question<T, X extends Exception> {
        /** Does it. */
        T answer() throws X;
    }
}
