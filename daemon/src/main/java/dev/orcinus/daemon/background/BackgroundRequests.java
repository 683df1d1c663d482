package dev.orcinus.daemon.background;

import dev.orcinus.daemon.control.DurationText;
import dev.orcinus.daemon.control.ProportionalMemory;
import dev.orcinus.daemon.control.Requests;
import java.time.Duration;
import java.util.OptionalLong;

/** The requests that a daemon in the background answers, and its answers. */
public final class BackgroundRequests {
    /** Asks it to end after what it serves. */
    public static final String STOP = "stop";

    /** Asks it to end at once. */
    public static final String STOP_NOW = "stop now";

    private final long pid;
    private final String build;
    private final DaemonActivity activity;
    private final Runnable endNow;
    private final long startNanos = System.nanoTime();

    BackgroundRequests(long pid, String build, DaemonActivity activity, Runnable endNow) {
        this.pid = pid;
        this.build = build;
        this.activity = activity;
        this.endNow = endNow;
    }

    /** Returns the answer to a request. */
    String answer(String request) {
        return switch (request) {
            case Requests.STATUS -> status() + "\n";
            case STOP -> stop(activity::stop);
            case STOP_NOW -> stop(endNow);
            default -> "unknown request '" + request + "'\n";
        };
    }

    /** Returns the number of launches that are being served while it stops. */
    private String stop(Runnable how) {
        int running = activity.running();
        how.run();
        return Integer.toString(running);
    }

    private String status() {
        OptionalLong memory = ProportionalMemory.kibibytes(pid);
        return "daemon "
                + pid
                + " in the background: build "
                + build
                + ", up "
                + DurationText.of(Duration.ofNanos(System.nanoTime() - startNanos))
                + ", "
                + activity.served()
                + " served, "
                + activity.running()
                + " running, "
                + (memory.isPresent() ? memory.getAsLong() + " KiB" : "?")
                + ", ends when idle for "
                + DurationText.of(activity.idleLeft());
    }
}
