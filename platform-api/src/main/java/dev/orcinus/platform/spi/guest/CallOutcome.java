package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.GuestEnd;
import java.util.Optional;

/**
 * The outcome of a call into the guest: the call has returned, or the guest is gone. This is a
 * class with two fields and not two sealed records, because the first {@code switch} over types
 * costs a starting JVM milliseconds.
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

    /** Returns the outcome of a call whose function has returned. */
    public static <T> CallOutcome<T> returned(T value) {
        return new CallOutcome<>(value, null);
    }

    /**
     * Returns the outcome of a call before whose end, or before whose start, the guest has ended.
     */
    public static <T> CallOutcome<T> gone(GuestEnd end) {
        return new CallOutcome<>(null, end);
    }

    /** Returns whether the guest is gone. */
    public boolean isGone() {
        return end != null;
    }

    /** Returns how the guest has ended, if it is gone. */
    public Optional<GuestEnd> end() {
        return Optional.ofNullable(end);
    }

    /**
     * Returns the result of the function.
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
