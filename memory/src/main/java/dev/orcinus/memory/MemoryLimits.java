package dev.orcinus.memory;

/**
 * The memory that one session may hold.
 *
 * @param reservedBytes the most address space that it may reserve, unsigned
 * @param reservations the most reservations that it may have, each of which is a mapping at least
 */
public record MemoryLimits(long reservedBytes, int reservations) {
    /** No limits but those of the OS. */
    public static final MemoryLimits NONE = new MemoryLimits(-1, Integer.MAX_VALUE);
}
