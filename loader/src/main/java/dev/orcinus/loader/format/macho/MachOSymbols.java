package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.formats.macho.MachSymbol;
import dev.orcinus.formats.macho.MachSymbolTable;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The symbols of an object. Each becomes a symbol of the graph, except those for debuggers. */
final class MachOSymbols {
    private static final String COMMONS = "$common";
    private static final Comparator<MachSymbol> BY_ADDRESS =
            (a, b) ->
                    a.value() != b.value()
                            ? Long.compare(a.value(), b.value())
                            : Integer.compare(a.index(), b.index());

    private final MachOObject object;
    private final LinkGraph graph;
    private final MachSymbolTable table;
    private final List<List<MachSymbol>> bySection = new ArrayList<>();
    private final Symbol[] symbols;

    MachOSymbols(MachOObject object) throws MalformedFileException {
        this.object = object;
        this.graph = object.graph();
        this.table = object.file().symbols();
        this.symbols = new Symbol[table.symbols().size()];
        sort();
    }

    private void sort() throws MalformedFileException {
        List<MachSection> sections = object.file().sections();
        for (int i = 0; i < sections.size(); i++) {
            bySection.add(new ArrayList<>());
        }
        for (MachSymbol symbol : table.symbols()) {
            if (isInSection(symbol)) {
                requireInside(symbol, sections.get(symbol.section() - 1));
                bySection.get(symbol.section() - 1).add(symbol);
            }
        }
        bySection.forEach(list -> list.sort(BY_ADDRESS));
    }

    private static boolean isInSection(MachSymbol symbol) {
        return !symbol.isForDebuggers() && symbol.place() == MachO.N_SECT;
    }

    private void requireInside(MachSymbol symbol, MachSection section)
            throws MalformedFileException {
        long offset = symbol.value() - section.address();
        if (Long.compareUnsigned(offset, section.sizeBytes()) > 0) {
            throw table.malformed(
                    symbol,
                    "has n_value 0x%x outside of section %d '%s' at 0x%x of 0x%x bytes"
                            .formatted(
                                    symbol.value(),
                                    section.ordinal(),
                                    section.fullName(),
                                    section.address(),
                                    section.sizeBytes()));
        }
    }

    /** Returns the symbols of a section, by address. */
    List<MachSymbol> of(MachSection section) {
        return bySection.get(section.ordinal() - 1);
    }

    /** Adds the symbols to the graph. */
    void add(MachOSections sections) throws MalformedFileException {
        long[] ends = ends(sections);
        for (MachSymbol symbol : table.symbols()) {
            if (!symbol.isForDebuggers()) {
                symbols[symbol.index()] = symbol(symbol, sections, ends[symbol.index()]);
            }
        }
    }

    /**
     * Returns for each symbol of a section where the thing ends that it names: at the next symbol,
     * or at the end of its block.
     */
    private long[] ends(MachOSections sections) {
        long[] ends = new long[symbols.length];
        for (MachSection section : sections.all()) {
            SectionAtoms atoms = sections.atoms(section.ordinal());
            long next = Long.MAX_VALUE;
            long start = Long.MAX_VALUE;
            for (MachSymbol symbol :
                    atoms == null ? List.<MachSymbol>of() : of(section).reversed()) {
                if (symbol.value() != start) {
                    next = start;
                    start = symbol.value();
                }
                ends[symbol.index()] = Math.min(next, atoms.end(atoms.index(start)));
            }
        }
        return ends;
    }

    private Symbol symbol(MachSymbol symbol, MachOSections sections, long end)
            throws MalformedFileException {
        if (symbol.isCommon()) {
            return common(symbol);
        }
        return switch (symbol.place()) {
            case MachO.N_UNDF, MachO.N_PBUD -> undefined(symbol);
            case MachO.N_ABS -> absolute(symbol).as(linkage(symbol), scope(symbol));
            case MachO.N_SECT -> defined(symbol, sections.inMemory(symbol.section()), end);
            case MachO.N_INDR ->
                    throw new UnsupportedObjectException(
                            graph.name(),
                            "symbol %d '%s' is another name of an undefined symbol (N_INDR), which"
                                            .formatted(symbol.index(), symbol.name())
                                    + " is not supported");
            default ->
                    throw table.malformed(
                            symbol, "has n_type 0x" + Integer.toHexString(symbol.type()));
        };
    }

    private Symbol undefined(MachSymbol symbol) throws MalformedFileException {
        requireName(symbol, "is undefined");
        Linkage linkage = symbol.has(MachO.N_WEAK_REF) ? Linkage.WEAK : Linkage.STRONG;
        return graph.external(symbol.name(), linkage, false);
    }

    private void requireName(MachSymbol symbol, String state) throws MalformedFileException {
        if (symbol.name().isEmpty()) {
            throw table.malformed(symbol, state + " and has no name");
        }
    }

    private Symbol absolute(MachSymbol symbol) {
        return graph.absolute(symbol.name(), new ExecutorAddress(symbol.value()), 0);
    }

    /**
     * Returns a common symbol. Its alignment stands in the description ({@code GET_COMM_ALIGN} of
     * {@code nlist.h}).
     */
    private Symbol common(MachSymbol symbol) throws MalformedFileException {
        requireName(symbol, "is common");
        long size = symbol.value();
        if (Long.compareUnsigned(size, MachOObject.LARGEST_SECTION_BYTES) > 0) {
            throw table.malformed(
                    symbol,
                    "is common with 0x%x bytes; the limit is 0x%x"
                            .formatted(size, MachOObject.LARGEST_SECTION_BYTES));
        }
        long alignment = 1L << (symbol.description() >> 8 & 0xf);
        Block block = graph.section(COMMONS, Section.Use.VARIABLES).addZeroFill(size, alignment);
        return graph.define(symbol.name(), block, 0, size).as(Linkage.COMMON, scope(symbol));
    }

    /** Returns a symbol of a section, or null if the section is not in memory. */
    private Symbol defined(MachSymbol symbol, SectionAtoms atoms, long end)
            throws MalformedFileException {
        if (symbol.isExternal()) {
            requireName(symbol, "is external");
        }
        if (atoms == null) {
            return null;
        }
        int index = atoms.index(symbol.value());
        Block block = atoms.block(index);
        long offset = symbol.value() - atoms.start(index);
        Symbol made = graph.define(symbol.name(), block, offset, end - symbol.value());
        made.as(linkage(symbol), scope(symbol));
        if (symbol.has(MachO.N_NO_DEAD_STRIP)) {
            graph.retained().add(block);
        }
        if (!symbol.has(MachO.N_SYMBOL_RESOLVER)) {
            return made;
        }
        if (!block.isCodeAt(offset)) {
            throw table.malformed(
                    symbol,
                    "is a resolver (N_SYMBOL_RESOLVER), but there is no code at 0x%x of its block of %s"
                            .formatted(offset, block.section().name()));
        }
        return graph.addIndirect(made);
    }

    private static Linkage linkage(MachSymbol symbol) {
        return symbol.has(MachO.N_WEAK_DEF) ? Linkage.WEAK : Linkage.STRONG;
    }

    /** A symbol that was private and external before it was linked with {@code -r} is local. */
    private static Scope scope(MachSymbol symbol) {
        if (!symbol.isExternal()) {
            return Scope.LOCAL;
        }
        return symbol.isPrivate() ? Scope.HIDDEN : Scope.DEFAULT;
    }

    /**
     * Returns the symbol of a number.
     *
     * @param at the offset of the number in the file
     * @param user the name of the section that refers to it
     */
    Symbol target(int number, long at, String user) throws MalformedFileException {
        if (number >= symbols.length) {
            throw object.bytes()
                    .malformed(
                            at,
                            "a relocation of %s refers to symbol %d of %d"
                                    .formatted(user, number, symbols.length));
        }
        if (symbols[number] == null) {
            throw table.malformed(
                    table.symbols().get(number),
                    "is in no section in memory, but %s refers to it".formatted(user));
        }
        return symbols[number];
    }
}
