package dev.orcinus.platform.spi.guest;

/**
 * What the processes of a guest have taken together: its own, those that its code has started, and
 * those that these have started.
 *
 * @param processes how many there are; checkpoints that wait do not count
 * @param memoryBytes the memory that they have touched, checkpoints included; what several have in
 *     common counts once
 * @param cpuMillis the time that processors have worked for them, also for those that have ended
 */
public record GuestUsage(int processes, long memoryBytes, long cpuMillis) {}
