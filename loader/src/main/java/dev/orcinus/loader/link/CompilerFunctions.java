package dev.orcinus.loader.link;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions that compilers take for granted, for a dylib whose objects call one that they do
 * not bring along. Guarded by the session's lock.
 */
final class CompilerFunctions implements ObjectSource {
    private final Architecture architecture;
    private boolean isTaken;

    CompilerFunctions(Architecture architecture) {
        this.architecture = architecture;
    }

    @Override
    public Optional<LinkGraph> take(String symbol) {
        Map<String, CodeTemplate> functions = architecture.compilerFunctions();
        if (isTaken || !functions.containsKey(symbol)) {
            return Optional.empty();
        }
        isTaken = true;
        LinkGraph graph = new LinkGraph("(compiler functions)", architecture.name());
        Section text = graph.section(".text", Section.Use.CODE);
        functions.forEach(
                (name, code) -> {
                    Block block = code.addTo(graph, text, List.of());
                    graph.define(name, block, 0, block.sizeBytes()).as(Linkage.WEAK, Scope.HIDDEN);
                });
        return Optional.of(graph);
    }

    @Override
    public void giveBack(String symbol) {
        isTaken = false;
    }
}
