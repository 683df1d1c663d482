package dev.orcinus.loader.link;

import dev.orcinus.loader.UnreachableSymbolsException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The reach of objects that lie in the first 2 GiB. It has no state. */
final class LowReach {
    private LowReach() {}

    /**
     * Requires that the objects of a batch reach all symbols of libraries.
     *
     * @param low the placement of the batch
     * @throws UnreachableSymbolsException if they refer to some without an entry that could be made
     */
    static void require(LinkBatch batch, Architecture architecture, Placement low) {
        Map<String, List<String>> far = new TreeMap<>();
        for (Unit unit : batch.units()) {
            for (Section section : unit.graph().sections()) {
                for (Block block : section.blocks()) {
                    if (block.isLive()) {
                        collect(block, unit, batch, architecture, low, far);
                    }
                }
            }
        }
        if (!far.isEmpty()) {
            throw new UnreachableSymbolsException(far);
        }
    }

    private static void collect(
            Block block,
            Unit unit,
            LinkBatch batch,
            Architecture architecture,
            Placement low,
            Map<String, List<String>> far) {
        for (Edge edge : block.edges()) {
            Symbol target = edge.target();
            if (target.kind() == Symbol.Kind.EXTERNAL
                    && architecture.reachesNearOnly(edge.kind())
                    && isFar(batch.binding(target), low)) {
                String name = unit.dylib().rules().nameOf(unit, target);
                List<String> objects = far.computeIfAbsent(name, _ -> new ArrayList<>());
                if (!objects.contains(unit.name())) {
                    objects.add(unit.name());
                }
            }
        }
    }

    private static boolean isFar(Optional<Definition> definition, Placement low) {
        definition.ifPresent(Definition::openNow); // its copy has to be bound at the next start
        return definition.isPresent()
                && definition.get().isOutside()
                && !low.isNear(definition.get().address());
    }
}
