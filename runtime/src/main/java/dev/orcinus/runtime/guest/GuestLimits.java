package dev.orcinus.runtime.guest;

import dev.orcinus.memory.MemoryLimits;

/**
 * What one session may take of its guest and of this process.
 *
 * @param memory the memory that it may hold
 * @param calls how many calls may run at a time; each has a thread here, and one in the guest
 */
public record GuestLimits(MemoryLimits memory, int calls) {
    /** As many calls as a process has threads for, and all memory. */
    public static final GuestLimits NONE = new GuestLimits(MemoryLimits.NONE, 4096);
}
