package dev.orcinus.loader;

import java.time.Duration;

/**
 * How far a phase of linking is, as {@link dev.orcinus.jit.Jit#progress} tells.
 *
 * <pre>{@code
 * jit.progress().ifPresent(p -> System.err.println(p.phase() + ": " + p.done() + " of " + p.all()));
 * }</pre>
 *
 * @param phase the phase
 * @param since how long it has been running
 * @param done how many objects it has done
 * @param all how many objects it has to do; 0 if it does not count them
 */
public record PhaseProgress(LinkPhase phase, Duration since, int done, int all) {
    /** Returns how many objects the phase does in a second. */
    public double perSecond() {
        long millis = since.toMillis();
        return millis == 0 ? 0 : done * 1000.0 / millis;
    }
}
