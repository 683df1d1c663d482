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
 * A placement with one reservation for each object, for targets whose reservations cannot be shared
 * (LLVM's executors). Objects may lie far apart.
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
                    "this executor cannot give an alignment of 0x"
                            + Long.toHexString(segment.alignmentBytes())
                            + " bytes, which is more than a page",
                    null);
        }
    }

    private long wholePages(SegmentLayout segment) {
        return (segment.sizeBytes() + target.pageSizeBytes() - 1) & -target.pageSizeBytes();
    }

    /**
     * Releases the reservation if nothing was allocated in it; otherwise it was released with its
     * allocation.
     */
    @Override
    public void giveBack(Map<Section.Use, AddressRange> rooms, boolean isAllocated) {
        if (!isAllocated && !rooms.isEmpty()) {
            AddressRange first = rooms.values().iterator().next();
            target.release(first);
        }
    }
}
