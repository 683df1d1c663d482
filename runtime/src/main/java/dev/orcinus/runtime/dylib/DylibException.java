package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.Optional;

/**
 * A failed operation on a JIT dylib. {@code dlerror} returns the message, which names the dylib,
 * the address and the reason.
 */
public final class DylibException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failed operation. */
    public DylibException(String message) {
        super(message);
    }

    /** An operation during which the guest has ended. */
    public DylibException(GuestEnd end) {
        super("the guest " + end.describe(), new GuestGoneException(end));
    }

    /** Returns how the guest has ended, if that is why the operation failed. */
    public Optional<GuestEnd> guestEnd() {
        for (Throwable cause = this; cause != null; cause = cause.getCause()) {
            if (cause instanceof GuestGoneException gone) {
                return Optional.of(gone.end());
            }
        }
        return Optional.empty();
    }

    /** A failed operation, with the exception that caused the failure. */
    public DylibException(String message, Exception cause) {
        super(message, cause);
    }
}
