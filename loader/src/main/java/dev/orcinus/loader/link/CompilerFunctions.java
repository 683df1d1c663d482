package dev.orcinus.loader.link;

import dev.orcinus.formats.IndexedName;
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
import java.util.Set;

/**
 * The functions that compilers expect to exist. A dylib gets them when one of its objects calls one
 * that no object defines. The session's lock guards it.
 */
final class CompilerFunctions implements ObjectSource {
    private static final String CODE = "$compiler-functions";

    private final SessionFormat format;
    private final Architecture architecture;
    private boolean isTaken;

    CompilerFunctions(SessionFormat format, Architecture architecture) {
        this.format = format;
        this.architecture = architecture;
    }

    @Override
    public Optional<LinkGraph> take(IndexedName symbol) {
        Map<String, CodeTemplate> functions = architecture.compilerFunctions();
        if (isTaken || !isAmong(functions.keySet(), symbol.toString())) {
            return Optional.empty();
        }
        isTaken = true;
        LinkGraph graph =
                new LinkGraph("(compiler functions)", format.current(), architecture.name());
        graph.setGenerated();
        Section section = graph.section(CODE, Section.Use.CODE);
        functions.forEach(
                (cName, code) -> {
                    String name = graph.format().symbolOf(cName);
                    Block block = code.addTo(graph, section, List.of());
                    graph.define(name, block, 0, block.sizeBytes()).as(Linkage.WEAK, Scope.HIDDEN);
                });
        return Optional.of(graph);
    }

    private boolean isAmong(Set<String> cNames, String symbol) {
        for (String name : cNames) {
            if (format.current().symbolOf(name).equals(symbol)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void giveBack(IndexedName symbol) {
        isTaken = false;
    }
}
