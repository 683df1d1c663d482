package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.PhaseProgress;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A clock that measures the phases of linking, and knows which one is running. Before each phase
 * and each object's step it asks whether anybody waits for the link. Several threads may use it;
 * phases may nest, and the time of an inner one is not counted as the outer one's.
 */
public final class PhaseClock {
    private final Map<LinkPhase, Long> nanos = new EnumMap<>(LinkPhase.class);
    private final Runnable requirement;
    private Running current;

    /**
     * A clock that has measured nothing.
     *
     * @param requirement throws if the link is for nobody; it takes next to no time, and several
     *     threads may run it
     */
    PhaseClock(Runnable requirement) {
        this.requirement = requirement;
    }

    /** A phase that is running. The clock's lock guards how many of its objects are done. */
    private static final class Running {
        private final LinkPhase phase;
        private final long startNanos = System.nanoTime();
        private long innerNanos;
        private int all;
        private int done;

        Running(LinkPhase phase) {
            this.phase = phase;
        }
    }

    /** Runs a phase. */
    void time(LinkPhase phase, Runnable work) {
        get(
                phase,
                () -> {
                    work.run();
                    return null;
                });
    }

    /** Runs a phase that has a step for each object. */
    <T> void each(LinkPhase phase, List<T> objects, Consumer<T> step) {
        time(phase, () -> each(objects, step));
    }

    /**
     * Runs a phase that has a step for each object, on several threads as {@link Workers#each}
     * does.
     */
    <T> void eachTogether(LinkPhase phase, List<T> objects, Consumer<T> step) {
        time(
                phase,
                () -> {
                    expect(objects.size());
                    Workers.each(
                            objects,
                            object -> {
                                requirement.run();
                                step.accept(object);
                                count(0, 1);
                            });
                });
    }

    /** Takes steps of the phase that runs, one for each object. */
    <T> void each(List<T> objects, Consumer<T> step) {
        expect(objects.size());
        takeEach(objects, step);
    }

    /** Notes that the phase that runs has a step for each of some objects. */
    void expect(int objectCount) {
        count(objectCount, 0);
    }

    /** Takes such steps, one for each of some of these objects. */
    <T> void takeEach(List<T> objects, Consumer<T> step) {
        for (T object : objects) {
            requirement.run();
            step.accept(object);
            count(0, 1);
        }
    }

    private synchronized void count(int more, int done) {
        if (current != null) {
            current.all += more;
            current.done += done;
        }
    }

    /** Runs a phase that has a result. */
    <T> T get(LinkPhase phase, Supplier<T> question) {
        requirement.run();
        Running running = new Running(phase);
        Running outer = enter(running);
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.LINK_PHASE, phase.name())) {
            return question.get();
        } finally {
            leave(running, outer);
        }
    }

    private synchronized Running enter(Running running) {
        Running outer = current;
        current = running;
        return outer;
    }

    private synchronized void leave(Running running, Running outer) {
        long taken = System.nanoTime() - running.startNanos;
        nanos.merge(running.phase, taken - running.innerNanos, Long::sum);
        if (outer != null) {
            outer.innerNanos += taken;
        }
        current = outer;
    }

    /** Returns how far the phase is that is running now, if one is. */
    public synchronized Optional<PhaseProgress> current() {
        return Optional.ofNullable(current)
                .map(
                        running ->
                                new PhaseProgress(
                                        running.phase,
                                        Duration.ofNanos(System.nanoTime() - running.startNanos),
                                        running.done,
                                        running.all));
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
