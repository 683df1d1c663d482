package dev.orcinus.runtime.guest;

import dev.orcinus.platform.ExecutorAddress;

/** A call of an address where the guest has no executable memory. No guest code has run. */
public final class NoCodeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ExecutorAddress address;

    /** A call of {@code address}. */
    public NoCodeException(ExecutorAddress address) {
        super("no executable memory at " + address);
        this.address = address;
    }

    /** Returns the address that was to be called. */
    public ExecutorAddress address() {
        return address;
    }
}
