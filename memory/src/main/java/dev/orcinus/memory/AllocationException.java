package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;

/**
 * A memory request that cannot be met, or an allocation action that failed. What failed after it
 * while cleaning up is suppressed in it.
 */
public final class AllocationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient AddressRange range;

    /**
     * A failed request.
     *
     * @param range the memory that it is about
     * @param problem what is wrong, with the address and the limit
     * @param cause what the OS or the action said, or null
     */
    public AllocationException(AddressRange range, String problem, Throwable cause) {
        super(cause == null ? problem : problem + ": " + cause.getMessage(), cause);
        this.range = range;
    }

    /** The memory that the failed request is about. */
    public AddressRange range() {
        return range;
    }

    /** This message and those of everything suppressed, a line each. */
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
