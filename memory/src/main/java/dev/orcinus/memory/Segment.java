package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.MemLifetime;

/**
 * A segment of an allocation.
 *
 * @param group its protection and lifetime
 * @param range the bytes that it covers
 * @param pages the whole pages that it lies in
 */
record Segment(AllocGroup group, AddressRange range, AddressRange pages) {
    boolean staysMapped() {
        return group.lifetime() == MemLifetime.STANDARD;
    }

    /** Returns whether it is code that stays as it is. */
    boolean isLastingCode() {
        return isCode() && staysMapped() && !group.prot().isWritable();
    }

    boolean isCode() {
        return group.prot().isExecutable();
    }
}
