package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Map;

/** A way to find room for objects. The session's lock guards it. */
interface Placement {
    /**
     * Returns whether all objects that it places lie within a 32-bit displacement of each other.
     */
    boolean keepsObjectsNear();

    /**
     * Returns whether an address lies within a 32-bit displacement of all objects that it places.
     */
    boolean isNear(ExecutorAddress address);

    /** Takes room for the segments of one object. */
    Map<Section.Use, AddressRange> place(List<SegmentLayout> segments);

    /**
     * Gives room back.
     *
     * @param isAllocated whether an allocation was made there and has been removed
     */
    void giveBack(Map<Section.Use, AddressRange> rooms, boolean isAllocated);
}
