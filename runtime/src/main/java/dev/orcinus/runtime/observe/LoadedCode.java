package dev.orcinus.runtime.observe;

import dev.orcinus.platform.AddressRange;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Code that has arrived in the guest, as observers see it; each arrival is an object of its own.
 */
public final class LoadedCode {
    private final String name;
    private final Supplier<List<SymbolRange>> symbols;
    private final AddressRange debugObject;

    /**
     * Loaded code.
     *
     * @param name of the object file, for messages and maps; empty if it is not known
     * @param symbols lists the symbols, as long as the code has not left
     * @param debugObject an object file in the guest's memory that describes the code, or null
     */
    LoadedCode(String name, Supplier<List<SymbolRange>> symbols, AddressRange debugObject) {
        this.name = name;
        this.symbols = symbols;
        this.debugObject = debugObject;
    }

    /** Returns the name of the object file; empty if it is not known. */
    public String name() {
        return name;
    }

    /** Lists the symbols that are known, as long as the code has not left. */
    public List<SymbolRange> symbols() {
        return symbols.get();
    }

    /**
     * Returns an object file in the guest's memory, with the addresses of its sections, if there is
     * one.
     */
    public Optional<AddressRange> debugObject() {
        return Optional.ofNullable(debugObject);
    }

    /** Returns whether an object file in the guest's memory is the one that describes the code. */
    boolean isDescribedBy(AddressRange object) {
        return object.equals(debugObject);
    }
}
