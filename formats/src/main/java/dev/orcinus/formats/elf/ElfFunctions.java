package dev.orcinus.formats.elf;

import dev.orcinus.formats.MalformedFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of an object or a library, found by their addresses: those of its sections, which
 * an object in memory has in {@code sh_addr}.
 */
public final class ElfFunctions {
    private final ElfFile file;
    private final boolean isRelocatable;

    /** The functions of a file. */
    public ElfFunctions(ElfFile file) {
        this.file = file;
        this.isRelocatable = file.header().type() == Elf.ET_REL;
    }

    /**
     * A function.
     *
     * @param name its symbol
     * @param start its address
     * @param rank how well the symbol names the function, among several; the greatest counts
     */
    public record Found(String name, long start, int rank) {}

    /**
     * A function with its length.
     *
     * @param name its symbol
     * @param start its address
     * @param sizeBytes its length
     */
    public record Sized(String name, long start, long sizeBytes) {}

    /** Returns the functions that have a length, by the symbols that name them best. */
    public List<Sized> all() throws MalformedFileException {
        Optional<SymbolTable> table = SymbolTable.of(file);
        Map<Long, Integer> best = new LinkedHashMap<>();
        int count = table.isPresent() ? table.get().count() : 0;
        for (int i = 1; i < count; i++) {
            SymbolTable symbols = table.get();
            if (symbols.type(i) == Elf.STT_FUNC && symbols.sizeBytes(i) > 0) {
                long start = address(symbols, i);
                Integer other = best.get(start);
                if (other == null || rank(symbols, i) > rank(symbols, other)) {
                    best.put(start, i);
                }
            }
        }
        List<Sized> all = new ArrayList<>(best.size());
        for (Map.Entry<Long, Integer> entry : best.entrySet()) {
            SymbolTable symbols = table.orElseThrow();
            int symbol = entry.getValue();
            all.add(new Sized(symbols.name(symbol), entry.getKey(), symbols.sizeBytes(symbol)));
        }
        return all;
    }

    /**
     * Returns the function at an address; symbols for the dynamic linker count only without others.
     */
    public Optional<Found> find(long address) throws MalformedFileException {
        Optional<Found> found = find(SymbolTable.of(file), address);
        return found.isPresent() ? found : find(SymbolTable.dynamic(file), address);
    }

    private Optional<Found> find(Optional<SymbolTable> table, long address)
            throws MalformedFileException {
        Found best = null;
        int count = table.isPresent() ? table.get().count() : 0;
        for (int i = next(table, address, 1); i < count; i = next(table, address, i + 1)) {
            SymbolTable symbols = table.get();
            if (!isCode(symbols, i)) {
                continue;
            }
            long start = address(symbols, i);
            if (Long.compareUnsigned(address - start, symbols.sizeBytes(i)) < 0) {
                Found next = new Found(symbols.name(i), start, rank(symbols, i));
                best = best == null || next.rank > best.rank ? next : best;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Returns the next symbol that may be at an address. Sections of objects have addresses. */
    private int next(Optional<SymbolTable> table, long address, int from) {
        return isRelocatable || table.isEmpty() ? from : table.get().spanning(address, from);
    }

    private static boolean isCode(SymbolTable symbols, int symbol) {
        int type = symbols.type(symbol);
        return (type == Elf.STT_FUNC || type == Elf.STT_GNU_IFUNC || type == Elf.STT_NOTYPE)
                && !symbols.isReserved(symbol);
    }

    private long address(SymbolTable symbols, int symbol) throws MalformedFileException {
        int section = symbols.section(symbol);
        boolean isPlaced = section > 0 && section < file.sections().length;
        return isRelocatable && isPlaced
                ? file.sections()[section].address() + symbols.value(symbol)
                : symbols.value(symbol);
    }

    /** Prefers names that programs use: global ones, and those that no compiler has made. */
    private static int rank(SymbolTable symbols, int symbol) throws MalformedFileException {
        String name = symbols.name(symbol);
        boolean isPlain = !name.startsWith("_") && name.indexOf('.') < 0;
        boolean isLocal = symbols.binding(symbol) == Elf.STB_LOCAL;
        return (isLocal ? 0 : 2) + (isPlain ? 1 : 0);
    }
}
