package dev.orcinus.cli;

import dev.orcinus.jit.Jit;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.PhaseProgress;
import java.util.Locale;
import java.util.Optional;

/**
 * Shows the phase of linking on a terminal, if linking takes more than a second. The line is erased
 * when linking is done.
 */
final class LinkProgress implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 1_000;
    private static final long STEP_MILLIS = 250;
    private static final String ERASE_LINE = "\r\033[K";

    private final Jit jit;
    private final Caller caller;
    private final Thread thread;
    private volatile boolean ended;

    private LinkProgress(Jit jit, Caller caller) {
        this.jit = jit;
        this.caller = caller;
        this.thread = Thread.ofPlatform().daemon().unstarted(this::watch);
    }

    /** Starts to show the progress, if there is a terminal. */
    static LinkProgress on(Jit jit, Caller caller) {
        LinkProgress progress = new LinkProgress(jit, caller);
        if (caller.hasTerminal()) {
            progress.thread.start();
        }
        return progress;
    }

    private void watch() {
        long start = System.nanoTime();
        try {
            Thread.sleep(PATIENCE_MILLIS);
            while (!ended) {
                long seconds = (System.nanoTime() - start) / 1_000_000_000;
                Optional<PhaseProgress> progress = jit.progress();
                if (progress.isEmpty() || progress.get().phase() == LinkPhase.INITIALIZE) {
                    break;
                }
                caller.err().print(ERASE_LINE + "orcinus: " + text(progress.get(), seconds));
                Thread.sleep(STEP_MILLIS);
            }
            caller.err().print(ERASE_LINE);
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns a text as in {@code lower, 3 s, 1,240 of 8,000 objects (620/s)}. */
    static String text(PhaseProgress progress, long seconds) {
        String phase = progress.phase().name().toLowerCase(Locale.ROOT) + ", " + seconds + " s";
        return progress.all() < 2
                ? phase
                : String.format(
                        Locale.ROOT,
                        "%s, %,d of %,d objects (%,.0f/s)",
                        phase,
                        progress.done(),
                        progress.all(),
                        progress.perSecond());
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
    }
}
