package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.targets.LinkTarget;
import java.util.function.Predicate;

/**
 * Where objects go, reserved when the first one needs it: most of them together; those whose code
 * holds 32-bit addresses, in the first 2 GiB; those of the tiny model, each in one piece. Guarded
 * by the session's lock.
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

    /** Where a graph goes. */
    Placement of(LinkGraph graph) throws TargetException {
        if (hasEdge(graph, this::needsLowAddress)) {
            return low();
        }
        return hasEdge(graph, this::needsCloseSegments) ? compact() : anywhere();
    }

    private boolean needsLowAddress(Edge edge) {
        return architecture.needsLowAddress(edge.kind()) && edge.target().isDefined();
    }

    private boolean needsCloseSegments(Edge edge) {
        return architecture.needsCloseSegments(edge.kind())
                && !(edge.target().isDefined()
                        && edge.target().block().section().use() == Section.Use.CODE);
    }

    private static boolean hasEdge(LinkGraph graph, Predicate<Edge> condition) {
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                for (Edge edge : block.edges()) {
                    if (condition.test(edge)) {
                        return true;
                    }
                }
            }
        }
        return false;
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
