package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.GuestEnd;

/** The guest that was asked for something is gone. */
public final class GuestGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient GuestEnd end;

    /** A guest that has ended in this way. */
    public GuestGoneException(GuestEnd end) {
        super("the guest " + end.describe());
        this.end = end;
    }

    /** How it has ended. */
    public GuestEnd end() {
        return end;
    }
}
