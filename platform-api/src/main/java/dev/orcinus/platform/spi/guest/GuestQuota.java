package dev.orcinus.platform.spi.guest;

/**
 * How much a guest may take of the system's resources. The system enforces what it can for each of
 * its processes; {@link IsolatedGuest#usage} tells what all of them have taken together.
 *
 * @param memoryBytes memory that a process can write to and shares with no other, touched or not:
 *     heap, stacks, private mappings
 * @param processes the number of processes, the guest included
 * @param cpuSeconds the time that processors work for it
 * @param fileBytes the length up to which it may write a file
 * @param openFiles the number of descriptors of a process
 */
public record GuestQuota(
        long memoryBytes, long processes, long cpuSeconds, long fileBytes, long openFiles) {
    /** Stands for no limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** No limit at all. */
    public static final GuestQuota NONE =
            new GuestQuota(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    /** Refuses negative limits. */
    public GuestQuota {
        if (memoryBytes < 0 || processes < 1 || cpuSeconds < 1 || fileBytes < 0 || openFiles < 0) {
            throw new IllegalArgumentException("a limit is too low");
        }
    }

    /** Returns whether nothing is limited. */
    public boolean isNone() {
        return memoryBytes == UNLIMITED
                && processes == UNLIMITED
                && cpuSeconds == UNLIMITED
                && fileBytes == UNLIMITED
                && openFiles == UNLIMITED;
    }
}
