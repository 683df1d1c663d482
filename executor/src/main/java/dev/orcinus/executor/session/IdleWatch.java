package dev.orcinus.executor.session;

import dev.orcinus.executor.transport.IdleListener;
import dev.orcinus.protocol.LineException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Acts while the line is silent. It ends the line of a controller that never sends anything, or is
 * silent for longer than the user allows. A controller of LLVM 19 to 22 that has ended its session
 * on a socket hangs in a read until it gets a frame, so it is nudged: soon if all its allocations
 * are gone, else rarely, because a user may be thinking at a prompt. Used by the reader thread.
 */
final class IdleWatch implements IdleListener {
    private static final long FIRST_NUDGE_MILLIS = 50;
    private static final long FIRST_BUSY_CHECK_MILLIS = 20;
    private static final long FIRST_NUDGE_HOLDING_MILLIS = 1_000;
    private static final long RAREST_NUDGE_MILLIS = 60_000;
    private static final long RAREST_BUSY_CHECK_MILLIS = 1_000;
    private static final int MOST_DOUBLINGS = 16;

    private final boolean socket;
    private final SessionOptions options;
    private final Supplier<Activity> activity;
    private final Nudge nudge;
    private final LongSupplier nanoTime;
    private int frames;
    private int nudges;
    private int busyChecks;
    private boolean busy;
    private long silentSinceNanos;
    private long nudgedAtNanos;

    /** Sends a frame that has no effect. */
    @FunctionalInterface
    interface Nudge {
        void send() throws LineException;
    }

    /**
     * Creates a watch over a line that has just been opened.
     *
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    IdleWatch(
            boolean socket,
            SessionOptions options,
            Supplier<Activity> activity,
            Nudge nudge,
            LongSupplier nanoTime) {
        this.socket = socket;
        this.options = options;
        this.activity = activity;
        this.nudge = nudge;
        this.nanoTime = nanoTime;
        startSilence();
    }

    /** Notes that the controller has sent a frame other than the result of a nudge. */
    void onTraffic() {
        frames++;
        nudges = 0;
        busyChecks = 0;
        startSilence();
    }

    /**
     * Notes that nobody has read the line while something ran, which has ended just now: the time
     * before was no silence.
     */
    void onWorkDone() {
        busy = false;
        busyChecks = 0;
        startSilence();
    }

    private void startSilence() {
        silentSinceNanos = nanoTime.getAsLong();
        nudgedAtNanos = silentSinceNanos;
    }

    @Override
    public int patienceMillis() {
        long now = nanoTime.getAsLong();
        Activity doing = activity.get();
        boolean limited = limit(doing).isPositive();
        if (doing == Activity.BUSY) {
            busy = true;
            silentSinceNanos = now;
            return limited || (socket && heardFrom()) ? (int) busyCheckMillis() : -1;
        }
        if (busy) {
            busy = false;
            nudgedAtNanos = now;
        }
        long patience =
                limited
                        ? millisLeft(now, silentSinceNanos, limit(doing).toMillis())
                        : Long.MAX_VALUE;
        if (nudges(doing)) {
            patience = Math.min(patience, millisLeft(now, nudgedAtNanos, nudgeAfterMillis(doing)));
        }
        return patience == Long.MAX_VALUE ? -1 : (int) Math.min(patience, Integer.MAX_VALUE);
    }

    /**
     * {@inheritDoc} Guest code that runs meanwhile does not matter: the controller has begun to
     * speak.
     */
    @Override
    public int patienceInFrameMillis() {
        Duration limit = options.idle();
        if (limit.isZero() && socket && frames <= 1) {
            limit = options.handshake();
        }
        return limit.isZero() ? -1 : Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE);
    }

    private boolean heardFrom() {
        return frames > 0;
    }

    /**
     * Returns how long to sleep before the next check whether a call still runs. The reader is not
     * told when the last call ends, and the controller may need a nudge then.
     */
    private long busyCheckMillis() {
        return doubled(FIRST_BUSY_CHECK_MILLIS, busyChecks++, RAREST_BUSY_CHECK_MILLIS);
    }

    @Override
    public void onIdle() throws LineException {
        if (busy) {
            return; // a call may have ended just now
        }
        long now = nanoTime.getAsLong();
        Activity doing = activity.get();
        Duration limit = limit(doing);
        if (limit.isPositive()
                && doing != Activity.BUSY
                && millisLeft(now, silentSinceNanos, limit.toMillis()) == 0) {
            throw new LineException(
                    "the controller has said nothing for " + limit.toMillis() + " ms", null);
        }
        if (nudges(doing) && millisLeft(now, nudgedAtNanos, nudgeAfterMillis(doing)) == 0) {
            nudges++;
            nudgedAtNanos = now;
            nudge.send();
        }
    }

    /** Returns how long the line may be silent; zero means without limit. */
    private Duration limit(Activity doing) {
        return heardFrom() || !socket || doing == Activity.BUSY
                ? options.idle()
                : options.handshake();
    }

    private boolean nudges(Activity doing) {
        return socket && heardFrom() && doing != Activity.BUSY;
    }

    private long nudgeAfterMillis(Activity doing) {
        long first = doing == Activity.EMPTY ? FIRST_NUDGE_MILLIS : FIRST_NUDGE_HOLDING_MILLIS;
        return doubled(first, nudges, RAREST_NUDGE_MILLIS);
    }

    private static long doubled(long firstMillis, int times, long mostMillis) {
        return Math.min(mostMillis, firstMillis << Math.min(times, MOST_DOUBLINGS));
    }

    /** Returns the milliseconds left, rounded up so that a sleep of that length is long enough. */
    private static long millisLeft(long nowNanos, long sinceNanos, long forMillis) {
        long leftNanos = forMillis * 1_000_000 - (nowNanos - sinceNanos);
        return leftNanos <= 0 ? 0 : (leftNanos + 999_999) / 1_000_000;
    }
}
