package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A reservation for each object, where the target cannot share them (LLVM's executors). What lies
 * in different ones may be far apart.
 */
final class OwnReservations implements Placement {
    private final LinkTarget target;

    OwnReservations(LinkTarget target) {
        this.target = target;
    }

    @Override
    public boolean keepsObjectsNear() {
        return false;
    }

    @Override
    public boolean isNear(ExecutorAddress address) {
        return false;
    }

    @Override
    public Map<Section.Use, AddressRange> place(List<SegmentLayout> segments) {
        long total = 0;
        for (SegmentLayout segment : segments) {
            requireAlignment(segment);
            total += wholePages(segment);
        }
        Map<Section.Use, AddressRange> rooms = new EnumMap<>(Section.Use.class);
        ExecutorAddress next = target.reserve(total).start();
        for (SegmentLayout segment : segments) {
            AddressRange room = AddressRange.of(next, wholePages(segment));
            rooms.put(segment.use(), room);
            next = room.end();
        }
        return rooms;
    }

    private void requireAlignment(SegmentLayout segment) {
        if (segment.alignmentBytes() > target.pageSizeBytes()) {
            throw new TargetException(
                    "an alignment of 0x"
                            + Long.toHexString(segment.alignmentBytes())
                            + " bytes is more than a page, which this executor cannot give",
                    null);
        }
    }

    private long wholePages(SegmentLayout segment) {
        return (segment.sizeBytes() + target.pageSizeBytes() - 1) & -target.pageSizeBytes();
    }

    /** The reservation goes with its allocation. */
    @Override
    public void giveBack(Map<Section.Use, AddressRange> rooms, boolean isAllocated) {
        if (!isAllocated && !rooms.isEmpty()) {
            AddressRange first = rooms.values().iterator().next();
            target.release(first);
        }
    }
}
