package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reservation that objects share. All objects in it lie within a 32-bit displacement of each
 * other, but for their large zeros, which lie at its end. It is not synchronized.
 */
final class Slab implements Placement {
    /** The smallest slab that is tried. */
    private static final long SMALLEST_BYTES = 16L << 20;

    private final AddressRange range;
    private final long pageSizeBytes;
    private final Map<Section.Use, Zone> zones = new EnumMap<>(Section.Use.class);

    /** Makes a slab of several parts, one behind the other. */
    private Slab(ExecutorAddress start, SlabParts parts, long pageSizeBytes) {
        this.pageSizeBytes = pageSizeBytes;
        ExecutorAddress next = start;
        for (Section.Use use : SlabParts.NEAR) {
            next = addZone(use, next, parts);
        }
        this.range = new AddressRange(start, next);
        addZone(Section.Use.LARGE, next, parts);
    }

    private ExecutorAddress addZone(Section.Use use, ExecutorAddress start, SlabParts parts) {
        AddressRange part = AddressRange.of(start, parts.sizeBytes(use));
        if (!part.isEmpty()) {
            zones.put(use, new Zone(part));
        }
        return part.end();
    }

    /** A way to reserve a slab. */
    @FunctionalInterface
    interface Reservation {
        /** Reserves a range of that size. */
        AddressRange of(long sizeBytes);
    }

    /** What a process can have at most, on x86-64 and AArch64. */
    private static final long ADDRESS_SPACE_BYTES = 1L << 47;

    /** Reserves a slab. If there is no room for that size, reserves a smaller one. */
    static Slab reserve(Reservation reservation, long sizeBytes, long pageSizeBytes) {
        TargetException first = null;
        for (long size = sizeBytes; size >= SMALLEST_BYTES; size /= 2) {
            try {
                return of(reservation.of(size), pageSizeBytes);
            } catch (TargetException e) {
                first = first == null ? e : first;
            }
        }
        throw first;
    }

    /** Makes a slab for objects of any size: half for code, a quarter each for the other uses. */
    private static Slab of(AddressRange range, long pageSizeBytes) {
        long quarter = range.sizeBytes() / 4;
        SlabParts parts = new SlabParts();
        parts.add(Section.Use.CODE, 2 * quarter);
        parts.add(Section.Use.CONSTANTS, quarter);
        parts.add(Section.Use.VARIABLES, quarter);
        return new Slab(range.start(), parts, pageSizeBytes);
    }

    /** Reserves a slab that has room for the parts of one batch. */
    static Slab reserve(Reservation reservation, SlabParts batch, long pageSizeBytes) {
        SlabParts parts = batch.withRoomForEntries();
        if (parts.sizeBytes() >= ADDRESS_SPACE_BYTES) {
            throw new TargetException(
                    "no room for 0x%x bytes: that is more than a process can have"
                            .formatted(batch.sizeBytes()),
                    null);
        }
        return new Slab(reservation.of(parts.sizeBytes()).start(), parts, pageSizeBytes);
    }

    /** Returns whether the slab, while it is empty, has ample room for a batch. */
    static boolean isAmple(long slabBytes, SlabParts batch) {
        long quarter = slabBytes / 4;
        return batch.sizeBytes(Section.Use.CODE) <= quarter
                && batch.sizeBytes(Section.Use.CONSTANTS) <= quarter / 2
                && batch.sizeBytes(Section.Use.VARIABLES) <= quarter / 2
                && batch.sizeBytes(Section.Use.LARGE) == 0;
    }

    @Override
    public boolean keepsObjectsNear() {
        return true;
    }

    @Override
    public Map<Section.Use, AddressRange> place(List<SegmentLayout> segments) {
        Map<Section.Use, AddressRange> rooms = new EnumMap<>(Section.Use.class);
        try {
            for (SegmentLayout segment : segments) {
                rooms.put(segment.use(), take(segment));
            }
            return rooms;
        } catch (TargetException e) {
            giveBack(rooms, false);
            throw e;
        }
    }

    private AddressRange take(SegmentLayout segment) {
        long size = (segment.sizeBytes() + pageSizeBytes - 1) & -pageSizeBytes;
        return Optional.ofNullable(zones.get(segment.use()))
                .flatMap(z -> z.take(size, Math.max(pageSizeBytes, segment.alignmentBytes())))
                .orElseThrow(() -> noRoom(segment, size));
    }

    private TargetException noRoom(SegmentLayout segment, long sizeBytes) {
        return new TargetException(
                "no room for 0x"
                        + Long.toHexString(sizeBytes)
                        + " bytes ("
                        + segment.use()
                        + ") in the session's reservation "
                        + range,
                null);
    }

    @Override
    public void giveBack(Map<Section.Use, AddressRange> rooms, boolean isAllocated) {
        rooms.forEach((use, room) -> zones.get(use).giveBack(room));
    }

    @Override
    public boolean isNear(ExecutorAddress address) {
        return isNear(range, address);
    }

    /** Returns whether a 32-bit displacement reaches an address from every place in a range. */
    static boolean isNear(AddressRange range, ExecutorAddress address) {
        long fromStart = address.value() - range.start().value();
        long fromEnd = address.value() - range.end().value();
        return fromStart == (int) fromStart && fromEnd == (int) fromEnd;
    }
}
