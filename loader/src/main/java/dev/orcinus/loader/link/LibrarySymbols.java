package dev.orcinus.loader.link;

import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * The symbols of a shared library, or of all libraries of the process.
 *
 * @param target the process
 * @param handle the library's handle, or that of the process
 */
public record LibrarySymbols(LinkTarget target, ExecutorAddress handle) implements SymbolSource {
    @Override
    public List<ExecutorAddress> find(List<String> names) {
        return target.find(handle, names);
    }

    @Override
    public void prepareFor(List<String> names) {
        target.prepareFor(handle, names);
    }

    @Override
    public boolean isOfLibraries() {
        return target.mayHaveInlineSymbols(handle);
    }
}
