package dev.orcinus.loader.targets;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;

/**
 * A segment that will be allocated.
 *
 * @param group its protection and lifetime
 * @param address its first byte, at the start of a page of a reservation
 * @param contentBytes the number of bytes at its start that the linker writes; the rest is zeros
 * @param sizeBytes its length
 */
public record SegmentPlan(
        AllocGroup group, ExecutorAddress address, long contentBytes, long sizeBytes) {}
