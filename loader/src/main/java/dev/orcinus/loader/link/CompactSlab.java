package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A reservation where the segments of one object lie side by side, for code that reaches its data
 * over a short distance only (the tiny code model). It is not synchronized.
 */
final class CompactSlab implements Placement {
    private final AddressRange range;
    private final long pageSizeBytes;
    private final Zone zone;
    private final Map<ExecutorAddress, AddressRange> taken = new HashMap<>();

    CompactSlab(AddressRange range, long pageSizeBytes) {
        this.range = range;
        this.pageSizeBytes = pageSizeBytes;
        this.zone = new Zone(range);
    }

    @Override
    public boolean keepsObjectsNear() {
        return true;
    }

    @Override
    public boolean isNear(ExecutorAddress address) {
        return Slab.isNear(range, address);
    }

    @Override
    public Map<Section.Use, AddressRange> place(List<SegmentLayout> segments) {
        long sizeBytes = 0;
        long alignmentBytes = pageSizeBytes;
        for (SegmentLayout segment : segments) {
            sizeBytes = end(sizeBytes, segment);
            alignmentBytes = Math.max(alignmentBytes, segment.alignmentBytes());
        }
        AddressRange whole = take(sizeBytes, alignmentBytes);
        taken.put(whole.start(), whole);
        Map<Section.Use, AddressRange> rooms = new EnumMap<>(Section.Use.class);
        long offset = 0;
        for (SegmentLayout segment : segments) {
            long end = end(offset, segment);
            long size = wholePages(segment);
            rooms.put(segment.use(), AddressRange.of(whole.start().plus(end - size), size));
            offset = end;
        }
        return rooms;
    }

    private AddressRange take(long sizeBytes, long alignmentBytes) {
        return zone.take(sizeBytes, alignmentBytes)
                .orElseThrow(
                        () ->
                                new TargetException(
                                        "no room for 0x"
                                                + Long.toHexString(sizeBytes)
                                                + " bytes in the reservation "
                                                + range
                                                + " for code of the tiny model",
                                        null));
    }

    /** Returns where a segment ends that begins at {@code offset} or behind it. */
    private long end(long offset, SegmentLayout segment) {
        long alignment = Math.max(pageSizeBytes, segment.alignmentBytes());
        return ((offset + alignment - 1) & -alignment) + wholePages(segment);
    }

    private long wholePages(SegmentLayout segment) {
        return (segment.sizeBytes() + pageSizeBytes - 1) & -pageSizeBytes;
    }

    /** Gives the room back, together with the gaps that alignment has left in it. */
    @Override
    public void giveBack(Map<Section.Use, AddressRange> rooms, boolean isAllocated) {
        for (AddressRange room : rooms.values()) {
            AddressRange whole = taken.remove(room.start());
            if (whole != null) {
                zone.giveBack(whole);
            }
        }
    }
}
