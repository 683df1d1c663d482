package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A reservation that objects share: half of it is for code, a quarter for constants, a quarter for
 * variables. All objects in it lie within a 32-bit displacement of each other. It is not
 * synchronized.
 */
final class Slab implements Placement {
    /** The smallest slab that is tried. */
    private static final long SMALLEST_BYTES = 16L << 20;

    private final AddressRange range;
    private final long pageSizeBytes;
    private final Map<Section.Use, Zone> zones = new EnumMap<>(Section.Use.class);

    private Slab(AddressRange range, long pageSizeBytes) {
        this.range = range;
        this.pageSizeBytes = pageSizeBytes;
        ExecutorAddress half = range.start().plus(range.sizeBytes() / 2);
        ExecutorAddress threeQuarters = half.plus(range.sizeBytes() / 4);
        zones.put(Section.Use.CODE, new Zone(new AddressRange(range.start(), half)));
        zones.put(Section.Use.CONSTANTS, new Zone(new AddressRange(half, threeQuarters)));
        zones.put(Section.Use.VARIABLES, new Zone(new AddressRange(threeQuarters, range.end())));
    }

    /** A way to reserve a slab. */
    @FunctionalInterface
    interface Reservation {
        /** Reserves a range of that size. */
        AddressRange of(long sizeBytes);
    }

    /** Reserves a slab. If there is no room for that size, reserves a smaller one. */
    static Slab reserve(Reservation reservation, long sizeBytes, long pageSizeBytes) {
        TargetException first = null;
        for (long size = sizeBytes; size >= SMALLEST_BYTES; size /= 2) {
            try {
                return new Slab(reservation.of(size), pageSizeBytes);
            } catch (TargetException e) {
                first = first == null ? e : first;
            }
        }
        throw first;
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
        return zones.get(segment.use())
                .take(size, Math.max(pageSizeBytes, segment.alignmentBytes()))
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
