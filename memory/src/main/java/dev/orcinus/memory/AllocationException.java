package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;

/**
 * A memory request that cannot be met, or an allocation action that failed. Later failures of the
 * clean-up are suppressed in it.
 */
public final class AllocationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient AddressRange range;

    /**
     * A failed request.
     *
     * @param range the memory that it is about
     * @param problem what is wrong, with the address and the limit
     * @param cause the failure of the OS or the action, or null
     */
    public AllocationException(AddressRange range, String problem, Throwable cause) {
        super(cause == null ? problem : problem + ": " + cause.getMessage(), cause);
        this.range = range;
    }

    /** Returns the memory that the failed request is about. */
    public AddressRange range() {
        return range;
    }

    /** Returns this message and those of all suppressed exceptions, a line each. */
    public String fullMessage() {
        StringBuilder text = new StringBuilder(getMessage());
        for (Throwable more : getSuppressed()) {
            text.append('\n')
                    .append(
                            more instanceof AllocationException e
                                    ? e.fullMessage()
                                    : more.getMessage());
        }
        return text.toString();
    }
}
