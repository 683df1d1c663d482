package dev.orcinus.loader.link;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import java.util.Optional;

/**
 * The objects that a format brings along for a target whose own code has another format: what the C
 * library of the format's own system has, and the target's does not have.
 */
record ForeignLibrary(GraphFormat format, Architecture architecture) implements ObjectSource {
    @Override
    public Optional<LinkGraph> take(IndexedName symbol) {
        return Optional.ofNullable(format.foreignObject(symbol.toString(), architecture.name()));
    }
}
