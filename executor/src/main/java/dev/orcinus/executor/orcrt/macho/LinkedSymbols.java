package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.runtime.guest.GuestReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The symbols of linked code, by dylib. The controller registers them with the addresses of their
 * names, which are read when a symbol is looked up. Thread-safe; guarded by this object's lock.
 */
final class LinkedSymbols {
    private static final long LONGEST_NAME_BYTES = 1L << 20;

    private final Map<ExecutorAddress, Table> tables = new HashMap<>();
    private final GuestReader reader;

    /**
     * A symbol.
     *
     * @param name the address of its name, as linkers spell it
     * @param address where it is
     */
    record Symbol(ExecutorAddress name, ExecutorAddress address) {}

    /** The symbols of a dylib; those that have not been looked for are without a name. */
    private static final class Table {
        final Map<ExecutorAddress, Symbol> unread = new LinkedHashMap<>();
        final Map<String, Symbol> named = new HashMap<>();
    }

    /**
     * No symbols so far.
     *
     * @param memory the memory that the names lie in
     */
    LinkedSymbols(GuestMemory memory) {
        reader = new GuestReader(memory);
    }

    /** Adds the symbols of an object. */
    synchronized void add(ExecutorAddress dylib, List<Symbol> symbols) {
        Table table = tables.computeIfAbsent(dylib, _ -> new Table());
        for (Symbol symbol : symbols) {
            table.unread.put(symbol.name, symbol);
        }
    }

    /** Removes the symbols of an object. */
    synchronized void remove(ExecutorAddress dylib, List<Symbol> symbols) {
        Table table = tables.get(dylib);
        if (table != null) {
            symbols.forEach(symbol -> table.unread.remove(symbol.name));
            table.named.values().removeAll(symbols);
            if (table.unread.isEmpty() && table.named.isEmpty()) {
                tables.remove(dylib);
            }
        }
    }

    /** Returns the address of a dylib's symbol. */
    synchronized Optional<ExecutorAddress> find(ExecutorAddress dylib, String name) {
        Table table = tables.get(dylib);
        if (table == null) {
            return Optional.empty();
        }
        table.unread.values().forEach(symbol -> read(table, symbol));
        table.unread.clear();
        return Optional.ofNullable(table.named.get(name)).map(Symbol::address);
    }

    private void read(Table table, Symbol symbol) {
        reader.text(symbol.name, LONGEST_NAME_BYTES)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .ifPresent(name -> table.named.put(name, symbol));
    }
}
