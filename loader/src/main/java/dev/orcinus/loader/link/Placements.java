package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.AddressRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The placements of a session. Each reserves its room when the first object needs it. Most objects
 * share one slab. Objects whose code has 32-bit addresses, and the objects that are linked with
 * them, lie in the first 2 GiB. Objects of the tiny code model have their segments side by side. A
 * batch that would take much of a slab gets one of its own. The session's lock guards it.
 */
final class Placements {
    private static final long LOW_SLAB_BYTES = 128L << 20;
    private static final long COMPACT_SLAB_BYTES = 64L << 20;

    private final LinkTarget target;
    private final Architecture architecture;
    private final long slabBytes;
    private Placement anywhere;
    private Placement compact;
    private Placement low;

    Placements(LinkTarget target, Architecture architecture, long slabBytes) {
        this.target = target;
        this.architecture = architecture;
        this.slabBytes = slabBytes;
    }

    /** The needs of a batch's edges. The greatest need decides. */
    private enum Need {
        NOTHING,
        CLOSE_SEGMENTS,
        LOW_ADDRESSES
    }

    /**
     * Returns the placement for the objects of a batch. They refer to each other, so if the code of
     * one needs the first 2 GiB, all are placed there; if the code of one is of the tiny model, all
     * are placed as that model needs.
     */
    Placement of(LinkBatch batch) {
        SlabParts parts = new SlabParts();
        return switch (need(batch, parts)) {
            case NOTHING -> anywhere(batch, parts);
            case CLOSE_SEGMENTS -> compact();
            case LOW_ADDRESSES -> low(batch, parts);
        };
    }

    /** The size of one object's blocks, and the greatest need of their edges. */
    private final class Requirement {
        private final Unit unit;
        private final SlabParts parts = new SlabParts();
        private Need need = Need.NOTHING;

        Requirement(Unit unit) {
            this.unit = unit;
        }

        void find(LinkBatch batch) {
            for (Section section : unit.graph().sections()) {
                for (Block block : section.blocks()) {
                    if (block.isLive()) {
                        parts.add(block);
                        need = greater(need, Placements.this.need(block, batch));
                    }
                }
            }
        }
    }

    /** Returns the greatest need of a batch, and adds up the sizes of its blocks. */
    private Need need(LinkBatch batch, SlabParts parts) {
        List<Requirement> all = new ArrayList<>(batch.units().size());
        batch.units().forEach(unit -> all.add(new Requirement(unit)));
        Workers.each(all, requirement -> requirement.find(batch));
        Need greatest = Need.NOTHING;
        for (Requirement requirement : all) {
            parts.addAll(requirement.parts);
            greatest = greater(greatest, requirement.need);
        }
        return greatest;
    }

    private Need need(Block block, LinkBatch batch) {
        Need greatest = Need.NOTHING;
        for (Edge edge : block.edges()) {
            greatest = greater(greatest, need(edge, batch));
        }
        return greatest;
    }

    private Need need(Edge edge, LinkBatch batch) {
        if (architecture.needsLowAddress(edge.kind()) && hasPlace(edge.target(), batch)) {
            return Need.LOW_ADDRESSES;
        }
        return architecture.needsCloseSegments(edge.kind()) && !isCode(edge.target())
                ? Need.CLOSE_SEGMENTS
                : Need.NOTHING;
    }

    private static Need greater(Need one, Need other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static boolean isCode(Symbol target) {
        return target.isDefined() && target.block().section().use() == Section.Use.CODE;
    }

    private static boolean hasPlace(Symbol target, LinkBatch batch) {
        return switch (target.kind()) {
            case DEFINED -> true;
            case ABSOLUTE -> false;
            case EXTERNAL -> {
                Definition definition = batch.bound(target);
                yield definition != null && (definition.isOutside() || !definition.isFixed());
            }
        };
    }

    private Placement anywhere(LinkBatch batch, SlabParts parts) {
        if (!target.sharesReservations() || Slab.isAmple(slabBytes, parts)) {
            return anywhere();
        }
        boolean isNear = parts.sizeBytes(Section.Use.LARGE) == 0;
        return slabOf(batch, parts, isNear ? this::reserveNear : target::reserveAnywhere);
    }

    /** Reserves a slab for a batch; an error names its first object. */
    private Slab slabOf(LinkBatch batch, SlabParts parts, Slab.Reservation reservation) {
        try {
            return Slab.reserve(reservation, parts, target.pageSizeBytes());
        } catch (TargetException e) {
            int others = batch.units().size() - 1;
            String name = batch.units().iterator().next().name();
            String more = others == 0 ? "" : " and " + others + " more objects";
            throw new TargetException(name + more + ": " + e.getMessage(), e, e.exitStatus());
        }
    }

    /** Reserves room near the libraries if there is enough of it, else anywhere. */
    private AddressRange reserveNear(long sizeBytes) {
        AddressRange range = target.reserve(sizeBytes);
        if (range.sizeBytes() >= sizeBytes) {
            return range;
        }
        target.release(range);
        return target.reserveAnywhere(sizeBytes);
    }

    private Placement anywhere() {
        if (anywhere == null) {
            anywhere =
                    target.sharesReservations()
                            ? Slab.reserve(target::reserve, slabBytes, target.pageSizeBytes())
                            : new OwnReservations(target);
        }
        return anywhere;
    }

    private Placement compact() {
        if (!target.sharesReservations()) {
            return anywhere();
        }
        if (compact == null) {
            compact = new CompactSlab(target.reserve(COMPACT_SLAB_BYTES), target.pageSizeBytes());
        }
        return compact;
    }

    private Placement low(LinkBatch batch, SlabParts parts) {
        Placement place;
        if (Slab.isAmple(LOW_SLAB_BYTES, parts)) {
            if (low == null) {
                low = Slab.reserve(target::reserveLow, LOW_SLAB_BYTES, target.pageSizeBytes());
            }
            place = low;
        } else {
            place = slabOf(batch, parts, target::reserveLow);
        }
        LowReach.require(batch, architecture, place);
        return place;
    }
}
