package dev.orcinus.loader.link;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.LinkGraph;
import java.util.Optional;

/**
 * The objects that a format brings along for a target whose own code has another format: what the C
 * library of the format's own system has, and the target's does not have.
 */
final class ForeignLibrary implements ObjectSource {
    private final SessionFormat format;
    private final Architecture architecture;

    ForeignLibrary(SessionFormat format, Architecture architecture) {
        this.format = format;
        this.architecture = architecture;
    }

    @Override
    public Optional<LinkGraph> take(String symbol) {
        return Optional.ofNullable(format.current().foreignObject(symbol, architecture.name()));
    }
}
