package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.LinkTarget;

/**
 * Where objects go, reserved when the first one needs it: most of them together; those whose code
 * holds 32-bit addresses, and what is linked with them, in the first 2 GiB. Guarded by the
 * session's lock.
 */
final class Placements {
    private static final long LOW_SLAB_BYTES = 128L << 20;

    private final LinkTarget target;
    private final Architecture architecture;
    private final long slabBytes;
    private Placement anywhere;
    private Placement low;

    Placements(LinkTarget target, Architecture architecture, long slabBytes) {
        this.target = target;
        this.architecture = architecture;
        this.slabBytes = slabBytes;
    }

    /**
     * Where the objects of a batch go. They refer to each other, so if the code of one is for the
     * first 2 GiB, all are placed there.
     */
    Placement of(LinkBatch batch) throws TargetException {
        for (Unit unit : batch.units()) {
            if (needsLowAddresses(unit.graph(), batch)) {
                return low();
            }
        }
        return anywhere();
    }

    private boolean needsLowAddresses(LinkGraph graph, LinkBatch batch) {
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                if (block.isLive() && needsLowAddresses(block, batch)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean needsLowAddresses(Block block, LinkBatch batch) {
        for (Edge edge : block.edges()) {
            if (architecture.needsLowAddress(edge.kind()) && isPlaced(edge.target(), batch)) {
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

    private Placement low() throws TargetException {
        if (low == null) {
            low = Slab.reserve(target::reserveLow, LOW_SLAB_BYTES, target.pageSizeBytes());
        }
        return low;
    }
}
