package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.GuestEnd;
import java.util.Optional;

/**
 * What has become of a call into the guest: it has returned, or the guest is gone. A class with two
 * fields and not sealed records: the first {@code switch} over types costs a starting JVM
 * milliseconds.
 *
 * @param <T> what the called function returns
 */
public final class CallOutcome<T> {
    private final T value;
    private final GuestEnd end;

    private CallOutcome(T value, GuestEnd end) {
        this.value = value;
        this.end = end;
    }

    /** The function has returned. */
    public static <T> CallOutcome<T> returned(T value) {
        return new CallOutcome<>(value, null);
    }

    /** The guest has ended before the function returned, or before it was called. */
    public static <T> CallOutcome<T> gone(GuestEnd end) {
        return new CallOutcome<>(null, end);
    }

    /** Whether the guest is gone. */
    public boolean isGone() {
        return end != null;
    }

    /** How the guest has ended, if it is gone. */
    public Optional<GuestEnd> end() {
        return Optional.ofNullable(end);
    }

    /**
     * Returns what the function has returned.
     *
     * @throws GuestGoneException if the guest is gone
     */
    public T value() {
        if (end != null) {
            throw new GuestGoneException(end);
        }
        return value;
    }
}
