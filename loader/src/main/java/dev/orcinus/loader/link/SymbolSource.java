package dev.orcinus.loader.link;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * Where a dylib looks for what no object defines: the process, a shared library, a definition
 * generator.
 */
@FunctionalInterface
public interface SymbolSource {
    /**
     * Looks symbols up.
     *
     * @return an address for each name, {@link ExecutorAddress#NULL} where there is no such symbol
     */
    List<ExecutorAddress> find(List<String> names);
}
