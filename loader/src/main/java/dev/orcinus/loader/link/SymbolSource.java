package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;

/**
 * A source of symbols that no object of a dylib defines: the process, a shared library, or a
 * definition generator.
 */
@FunctionalInterface
public interface SymbolSource {
    /**
     * Looks symbols up.
     *
     * @return an address for each name, or {@link ExecutorAddress#NULL} if there is no such symbol
     */
    List<ExecutorAddress> find(List<String> names);

    /** Returns the library that it stands for, if that is not open yet. */
    default Optional<LateLibrary> late() {
        return Optional.empty();
    }

    /**
     * Returns whether it is a library that is known to define a symbol, also if it is not open yet.
     * A static linker takes such a definition before those of archives behind the library.
     */
    default boolean isKnownToDefine(String name) {
        return false;
    }

    /**
     * Returns whether it is a library that is known to have data, with content in its file, for a
     * common symbol of a program, which gives way to them as it does for ld.
     */
    default boolean hasContentFor(Symbol common) {
        return false;
    }

    /**
     * Tells it names that no object and no earlier source has, before symbols are shared with
     * libraries: it may load libraries that have them.
     */
    default void prepareFor(List<String> names) {}

    /**
     * Returns whether its symbols are those of loaded libraries, which have their own instances of
     * inline functions and variables.
     */
    default boolean isOfLibraries() {
        return false;
    }
}
