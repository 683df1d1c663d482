package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A clock that measures the phases of linking, and knows which one is running. Several threads may
 * use it; phases may nest.
 */
public final class PhaseClock {
    private final Map<LinkPhase, Long> nanos = new EnumMap<>(LinkPhase.class);
    private LinkPhase current;

    /** Runs a phase. */
    void time(LinkPhase phase, Runnable work) {
        get(
                phase,
                () -> {
                    work.run();
                    return null;
                });
    }

    /** Runs a phase that has a result. */
    <T> T get(LinkPhase phase, Supplier<T> question) {
        LinkPhase outer = enter(phase);
        long start = System.nanoTime();
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.LINK_PHASE, phase.name())) {
            return question.get();
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

    /** Returns the phase that is running now, if one is. */
    public synchronized Optional<LinkPhase> current() {
        return Optional.ofNullable(current);
    }

    /** Returns the time that each phase has taken. */
    public synchronized Map<LinkPhase, Duration> times() {
        Map<LinkPhase, Duration> times = new EnumMap<>(LinkPhase.class);
        for (LinkPhase phase : LinkPhase.values()) {
            times.put(phase, Duration.ofNanos(nanos.getOrDefault(phase, 0L)));
        }
        return times;
    }
}
