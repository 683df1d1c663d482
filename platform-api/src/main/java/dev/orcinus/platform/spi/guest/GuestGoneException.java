package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.GuestEnd;

/** An exception that says that the guest is gone, and how it has ended. */
public final class GuestGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient GuestEnd end;

    /** A guest that has ended in this way. */
    public GuestGoneException(GuestEnd end) {
        super("the guest " + end.describe());
        this.end = end;
    }

    /** Returns how it has ended. */
    public GuestEnd end() {
        return end;
    }
}
