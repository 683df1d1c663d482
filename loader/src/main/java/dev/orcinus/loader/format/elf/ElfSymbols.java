package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/** The symbols of an object. Each becomes a symbol of the graph. */
final class ElfSymbols {
    private static final String GOT_BASE = "_GLOBAL_OFFSET_TABLE_";
    private static final String TLS_BASE = "_TLS_MODULE_BASE_";
    private static final String DEFAULT_VERSION = "@@";
    private static final String GOT = "$got";
    private static final String GCC_SLIM_LTO = "__gnu_lto_slim";

    /**
     * The distance of a symbol behind its section that is accepted, as linkers do; a larger one is
     * taken for an error in the file.
     */
    private static final long MOST_BEYOND_BYTES = ElfObject.LARGEST_SECTION_BYTES;

    private static final String COMMONS = "$common";

    private final LinkGraph graph;
    private final ElfSections sections;
    private final SymbolTable table;
    private final Symbol[] symbols;

    /** Makes the symbols of an object. An object without a symbol table has none. */
    ElfSymbols(ElfObject object, ElfSections sections) {
        this.graph = object.graph();
        this.sections = sections;
        this.table = object.symbols().orElse(null);
        this.symbols = new Symbol[table == null ? 0 : table.count()];
    }

    /** Adds the symbols to the graph. */
    void add() throws MalformedFileException {
        for (int i = 1; i < symbols.length; i++) {
            int type = table.type(i);
            if (type != Elf.STT_SECTION && type != Elf.STT_FILE) {
                symbols[i] = symbol(i);
            }
        }
    }

    private Symbol symbol(int i) throws MalformedFileException {
        String full = table.name(i);
        String name = unversioned(i, full);
        if (name.equals(GCC_SLIM_LTO)) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "holds GCC's intermediate code only; compile with -fno-lto or"
                            + " -ffat-lto-objects");
        }
        int section = table.section(i);
        if (section == Elf.SHN_UNDEF) {
            return undefined(i, name);
        }
        if (name.isEmpty() && table.binding(i) != Elf.STB_LOCAL) {
            throw table.malformed(i, "is global and has no name");
        }
        Symbol symbol =
                table.isReserved(i) ? reserved(i, name, section) : defined(i, name, section);
        if (symbol != null && symbol.isDefined() && name.length() != full.length()) {
            addVersion(name, full, symbol);
        }
        return symbol;
    }

    /**
     * Returns the name by which other objects refer to a definition ({@code .symver}). The
     * definition {@code f@@V} is the one for references to {@code f}. An old version, {@code f@V},
     * keeps its full name, and so does a reference.
     */
    private String unversioned(int i, String name) throws MalformedFileException {
        int at = name.indexOf('@');
        return at > 0 && name.startsWith(DEFAULT_VERSION, at) && table.binding(i) != Elf.STB_LOCAL
                ? name.substring(0, at)
                : name;
    }

    /** Lets references to {@code f@V} find the definition {@code f@@V}. */
    private void addVersion(String unversioned, String full, Symbol symbol) {
        String versioned = unversioned + full.substring(unversioned.length() + 1);
        graph.define(versioned, symbol.block(), symbol.offset(), symbol.sizeBytes())
                .as(symbol.linkage(), symbol.scope());
    }

    private Symbol undefined(int i, String name) throws MalformedFileException {
        if (name.equals(GOT_BASE)) {
            return gotBase();
        }
        if (name.equals(TLS_BASE)) {
            return graph.threadLocalBase(name);
        }
        if (name.isEmpty()) {
            throw table.malformed(i, "is undefined and has no name");
        }
        Linkage linkage = table.binding(i) == Elf.STB_WEAK ? Linkage.WEAK : Linkage.STRONG;
        return graph.external(name, linkage, table.type(i) == Elf.STT_TLS);
    }

    /** Returns a symbol whose {@code st_shndx} is not a section. */
    private Symbol reserved(int i, String name, int section) throws MalformedFileException {
        return switch (section) {
            case Elf.SHN_ABS -> absolute(i, name).as(linkage(i), scope(i));
            case Elf.SHN_COMMON -> common(i, name, false).as(Linkage.COMMON, scope(i));
            case Elf.SHN_X86_64_LCOMMON -> common(i, name, true).as(Linkage.COMMON, scope(i));
            default -> throw table.malformed(i, "st_shndx is 0x" + Integer.toHexString(section));
        };
    }

    private Symbol absolute(int i, String name) {
        return graph.absolute(name, new ExecutorAddress(table.value(i)), table.sizeBytes(i));
    }

    private Symbol common(int i, String name, boolean isFar) throws MalformedFileException {
        long alignment = table.value(i) == 0 ? 1 : table.value(i);
        long size = table.sizeBytes(i);
        boolean isThreadLocal = table.type(i) == Elf.STT_TLS;
        long largest =
                isThreadLocal ? ElfObject.LARGEST_SECTION_BYTES : ElfObject.LARGEST_ZEROS_BYTES;
        if (Long.bitCount(alignment) != 1
                || Long.compareUnsigned(alignment, ElfObject.LARGEST_ALIGNMENT_BYTES) > 0
                || Long.compareUnsigned(size, largest) > 0) {
            throw table.malformed(
                    i, "is common with 0x%x bytes, aligned to 0x%x".formatted(size, alignment));
        }
        Section.Use use =
                isThreadLocal ? Section.Use.THREAD_LOCALS : ElfObject.useOfZeros(size, isFar);
        Block block = graph.section(COMMONS, use).addZeroFill(size, alignment);
        return graph.define(name, block, 0, size);
    }

    /** Returns a symbol of a section, or null if the section is not in memory. */
    private Symbol defined(int i, String name, int section) throws MalformedFileException {
        if (section < 0 || section >= sections.count()) {
            throw table.malformed(
                    i,
                    "lies in section %s of %d"
                            .formatted(Integer.toUnsignedString(section), sections.count()));
        }
        Block block = sections.block(section);
        if (block == null) {
            return null;
        }
        long offset = table.value(i);
        if (Long.compareUnsigned(offset, block.sizeBytes() + MOST_BEYOND_BYTES) > 0) {
            throw table.malformed(
                    i,
                    "st_value 0x%x lies more than 0x%x bytes outside of section %d of 0x%x bytes"
                            .formatted(offset, MOST_BEYOND_BYTES, section, block.sizeBytes()));
        }
        Symbol symbol = graph.define(name, block, offset, table.sizeBytes(i));
        symbol.as(linkage(i), scope(i));
        if (table.type(i) != Elf.STT_GNU_IFUNC) {
            return symbol;
        }
        requireCode(i, block, offset);
        return graph.addIndirect(symbol);
    }

    /** Requires that a resolver, which is called while its object is linked, is code. */
    private void requireCode(int i, Block block, long offset) throws MalformedFileException {
        if (!block.isCodeAt(offset)) {
            throw table.malformed(
                    i,
                    "is an indirect function (STT_GNU_IFUNC), but there is no code at 0x%x of %s"
                            .formatted(offset, block.section().name()));
        }
    }

    private Linkage linkage(int i) throws MalformedFileException {
        return switch (table.binding(i)) {
            case Elf.STB_LOCAL, Elf.STB_GLOBAL -> Linkage.STRONG;
            case Elf.STB_WEAK, Elf.STB_GNU_UNIQUE -> Linkage.WEAK;
            default -> throw table.malformed(i, "has the binding " + table.binding(i));
        };
    }

    private Scope scope(int i) {
        if (table.binding(i) == Elf.STB_LOCAL) {
            return Scope.LOCAL;
        }
        return switch (table.visibility(i)) {
            case Elf.STV_INTERNAL, Elf.STV_HIDDEN -> Scope.HIDDEN;
            case Elf.STV_PROTECTED -> Scope.PROTECTED;
            default -> Scope.DEFAULT;
        };
    }

    /** Returns the symbol that offsets from the global offset table count from. */
    Symbol gotBase() {
        if (graph.gotBase() == null) {
            Block start =
                    graph.section(GOT, Section.Use.CONSTANTS).addZeroFill(Long.BYTES, Long.BYTES);
            graph.setGotBase(graph.anonymous(start));
        }
        return graph.gotBase();
    }

    /**
     * Returns the symbol of a number.
     *
     * @param at the offset of the number in the file
     * @param user the name of the section that refers to it
     */
    Symbol target(int symbol, long at, String user) throws MalformedFileException {
        if (symbol < 0 || symbol >= symbols.length) {
            table.require(symbol, at, "a relocation of " + user);
        }
        if (symbols[symbol] == null) {
            if (symbol != 0) {
                return sectionSymbol(symbol, user);
            }
            symbols[0] = graph.absolute("", ExecutorAddress.NULL, 0);
        }
        return symbols[symbol];
    }

    private Symbol sectionSymbol(int symbol, String user) throws MalformedFileException {
        Optional<SectionHeader> section = table.sectionOf(symbol);
        if (section.isEmpty() || sections.block(section.get().index()) == null) {
            throw table.malformed(
                    symbol, user + " refers to it, but it is in no section in memory");
        }
        return sections.symbol(section.get().index());
    }
}
