package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.LinkTarget;
import java.util.function.Predicate;

/**
 * Where objects go, reserved when the first one needs it: most of them together; those whose code
 * holds 32-bit addresses, and what is linked with them, in the first 2 GiB; those of the tiny model
 * each in one piece. Guarded by the session's lock.
 */
final class Placements {
    private static final long LOW_SLAB_BYTES = 128L << 20;
    private static final long COMPACT_SLAB_BYTES = 16L << 20;

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

    /**
     * Where the objects of a batch go. They refer to each other, so what the code of one needs is
     * given to all.
     */
    Placement of(LinkBatch batch) throws TargetException {
        if (hasEdge(batch, edge -> needsLowAddress(edge, batch))) {
            return low();
        }
        return hasEdge(batch, this::needsCloseSegments) ? compact() : anywhere();
    }

    private boolean needsLowAddress(Edge edge, LinkBatch batch) {
        return architecture.needsLowAddress(edge.kind()) && isPlaced(edge.target(), batch);
    }

    private boolean needsCloseSegments(Edge edge) {
        return architecture.needsCloseSegments(edge.kind())
                && !(edge.target().isDefined()
                        && edge.target().block().section().use() == Section.Use.CODE);
    }

    private static boolean hasEdge(LinkBatch batch, Predicate<Edge> condition) {
        for (Unit unit : batch.units()) {
            for (Section section : unit.graph().sections()) {
                for (Block block : section.blocks()) {
                    if (block.isLive() && hasEdge(block, condition)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean hasEdge(Block block, Predicate<Edge> condition) {
        for (Edge edge : block.edges()) {
            if (condition.test(edge)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPlaced(Symbol target, LinkBatch batch) {
        return switch (target.kind()) {
            case DEFINED -> true;
            case ABSOLUTE -> false;
            case EXTERNAL -> batch.binding(target).filter(d -> !d.isFixed()).isPresent();
        };
    }

    private Placement anywhere() throws TargetException {
        if (anywhere == null) {
            anywhere =
                    target.sharesReservations()
                            ? Slab.reserve(target::reserve, slabBytes, target.pageSizeBytes())
                            : new OwnReservations(target);
        }
        return anywhere;
    }

    private Placement compact() throws TargetException {
        if (!target.sharesReservations()) {
            return anywhere();
        }
        if (compact == null) {
            compact = new CompactSlab(target.reserve(COMPACT_SLAB_BYTES), target.pageSizeBytes());
        }
        return compact;
    }

    private Placement low() throws TargetException {
        if (low == null) {
            low = Slab.reserve(target::reserveLow, LOW_SLAB_BYTES, target.pageSizeBytes());
        }
        return low;
    }
}
