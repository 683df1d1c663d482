package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Map;

/** Finds room for objects. Guarded by the session's lock. */
interface Placement {
    /** Whether all objects that it places lie within a 32-bit displacement of each other. */
    boolean keepsObjectsNear();

    /** Whether an address will be near to all objects. */
    boolean isNear(ExecutorAddress address);

    /** Takes room for the segments of one object. */
    Map<Section.Use, AddressRange> place(List<SegmentLayout> segments);

    /**
     * Gives room back.
     *
     * @param isAllocated whether an allocation has been made there, and is gone
     */
    void giveBack(Map<Section.Use, AddressRange> rooms, boolean isAllocated);
}
