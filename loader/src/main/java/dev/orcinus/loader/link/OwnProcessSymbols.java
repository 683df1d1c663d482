package dev.orcinus.loader.link;

import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * The symbols of all libraries of this process. The first question opens what it needs, not the
 * making of a dylib: until then, the first native call of a JVM may still be prepared.
 *
 * @param target this process
 */
public record OwnProcessSymbols(LinkTarget target) implements SymbolSource {
    private LibrarySymbols opened() {
        return new LibrarySymbols(target, target.process());
    }

    @Override
    public List<ExecutorAddress> find(List<String> names) {
        return opened().find(names);
    }

    @Override
    public void prepareFor(List<String> names) {
        opened().prepareFor(names);
    }

    @Override
    public boolean isOfLibraries() {
        return opened().isOfLibraries();
    }
}
