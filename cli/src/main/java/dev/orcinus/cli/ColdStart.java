package dev.orcinus.cli;

import dev.orcinus.daemon.background.BackgroundStart;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A start that no daemon in the background has served. It starts one for the next starts, when it
 * has done what the user waits for: some time after its begin, or at its end. A failure is nobody's
 * concern: the next start is as this one. This object's lock guards its field.
 */
final class ColdStart {
    private static final Duration DELAY = Duration.ofMillis(500);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long STACK_BYTES = 1 << 20;

    private boolean isDone;

    private ColdStart() {}

    /** Begins one. */
    static ColdStart begin() {
        ColdStart start = new ColdStart();
        Thread thread = new Thread(null, start::finishLater, "orcinus background", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return start;
    }

    /** Waits as an object does: a sleep would load classes of the JDK. */
    private synchronized void finishLater() {
        long end = System.nanoTime() + DELAY.toNanos();
        try {
            long left = DELAY.toMillis();
            while (left > 0 && !isDone) {
                wait(left);
                left = (end - System.nanoTime()) / NANOS_PER_MILLI;
            }
            finish();
        } catch (InterruptedException e) {
            // nobody interrupts it
        }
    }

    /** Starts the daemon now, if that has not been done. */
    synchronized void finish() {
        if (isDone) {
            return;
        }
        isDone = true;
        try {
            Optional<LaunchPlace> place = LaunchPlace.of(System::getenv);
            if (place.isPresent()) {
                start(place.get(), List.of(), DELAY);
            }
        } catch (IOException | HostCallException | UnsupportedOperationException e) {
            // there is none
        }
    }

    /**
     * Starts a daemon, unless there is one.
     *
     * @param options of its command
     */
    static void start(LaunchPlace place, List<String> options, Duration delay)
            throws IOException, HostCallException {
        BackgroundStart.start(
                HostProvider.current().process(),
                place,
                BackgroundCommands.command(options),
                delay,
                System::getenv);
    }
}
