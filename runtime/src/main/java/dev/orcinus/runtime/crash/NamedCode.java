package dev.orcinus.runtime.crash;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.observe.LoadedCode;
import dev.orcinus.runtime.observe.SymbolRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The symbols of linked code, by their addresses. Immutable. */
final class NamedCode {
    /** The farthest that an instruction is from the start of a function without a size. */
    private static final long FARTHEST_BYTES = 1 << 16;

    /** The most symbols that are looked at below an address. */
    private static final int MOST_LOOKS = 16;

    private final TreeMap<ExecutorAddress, Named> symbols = new TreeMap<>();

    /**
     * A symbol of an object file.
     *
     * @param object the name of the file
     */
    record Named(SymbolRange symbol, String object) {}

    /** Collects the symbols of code until there is no time left. */
    NamedCode(List<LoadedCode> loaded, Deadline deadline) {
        for (LoadedCode code : loaded) {
            if (deadline.isOver()) {
                return;
            }
            String object = code.name().substring(code.name().lastIndexOf('/') + 1);
            for (SymbolRange symbol : code.symbols()) {
                symbols.merge(symbol.range().start(), new Named(symbol, object), NamedCode::better);
            }
        }
    }

    /** Prefers symbols with a size, and names that no compiler has made. */
    private static Named better(Named one, Named other) {
        return rank(other.symbol) > rank(one.symbol) ? other : one;
    }

    private static int rank(SymbolRange symbol) {
        boolean isPlain = !symbol.name().startsWith("_") && symbol.name().indexOf('.') < 0;
        return (symbol.range().isEmpty() ? 0 : 2) + (isPlain ? 1 : 0);
    }

    /** Returns the function at an address. */
    Optional<Named> at(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, Named> entry = symbols.floorEntry(address);
        for (int i = 0; i < MOST_LOOKS && entry != null; i++) {
            SymbolRange symbol = entry.getValue().symbol;
            boolean isNear = address.minus(symbol.range().start()) < FARTHEST_BYTES;
            if (symbol.range().contains(address) || (symbol.range().isEmpty() && isNear)) {
                return Optional.of(entry.getValue());
            }
            entry = symbols.lowerEntry(entry.getKey());
        }
        return Optional.empty();
    }
}
