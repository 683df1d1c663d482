package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.util.Optional;

/**
 * The symbol table of an object ({@code SHT_SYMTAB}) or of a library ({@code SHT_DYNSYM}), whose
 * entries are read on demand.
 */
public final class SymbolTable {
    private static final int WORDS = ElfSymbol.BYTES / Long.BYTES;

    private final ElfFile file;
    private final FileBytes bytes;
    private final SectionHeader table;
    private final SectionHeader strings;
    private final SectionHeader extendedIndices;
    private final int count;
    private final Rows rows;

    private SymbolTable(
            ElfFile file,
            SectionHeader table,
            SectionHeader strings,
            SectionHeader extendedIndices,
            int count) {
        this.file = file;
        this.bytes = file.bytes();
        this.table = table;
        this.strings = strings;
        this.extendedIndices = extendedIndices;
        this.count = count;
        this.rows = Rows.inAnyOrder(bytes, table.offset(), count, ElfSymbol.BYTES);
    }

    /** Returns an object's symbol table, if it has one. */
    public static Optional<SymbolTable> of(ElfFile file) throws MalformedFileException {
        return of(file, Elf.SHT_SYMTAB);
    }

    /** Returns the table of the symbols that the dynamic linker sees, if there is one. */
    public static Optional<SymbolTable> dynamic(ElfFile file) throws MalformedFileException {
        return of(file, Elf.SHT_DYNSYM);
    }

    private static Optional<SymbolTable> of(ElfFile file, int type) throws MalformedFileException {
        SectionHeader table = null;
        SectionHeader extended = null;
        for (SectionHeader section : file.sections()) {
            if (section.type() == type) {
                if (table != null) {
                    throw file.bytes().malformed(section.offset(), "there are two symbol tables");
                }
                table = section;
            } else if (section.type() == Elf.SHT_SYMTAB_SHNDX) {
                extended = section;
            }
        }
        return table == null ? Optional.empty() : Optional.of(of(file, table, extended));
    }

    private static SymbolTable of(ElfFile file, SectionHeader table, SectionHeader extended)
            throws MalformedFileException {
        int count = file.entryCount(table, ElfSymbol.BYTES);
        if (extended != null && extended.sizeBytes() / Integer.BYTES < count) {
            throw file.bytes()
                    .malformed(
                            extended.offset(),
                            "SHT_SYMTAB_SHNDX has fewer entries than the %d symbols"
                                    .formatted(count));
        }
        SectionHeader strings =
                file.requireStrings(
                        file.section(table.link(), "the symbols' string table", table.offset()));
        return new SymbolTable(file, table, strings, extended, count);
    }

    /** Returns the index of its section. */
    public int index() {
        return table.index();
    }

    /** Returns how many symbols there are, with number 0, which stands for no symbol. */
    public int count() {
        return count;
    }

    private long at(int symbol) {
        return table.offset() + (long) symbol * ElfSymbol.BYTES;
    }

    /** Returns the text of {@code st_name}. */
    public String name(int symbol) throws MalformedFileException {
        int offset = (int) rows.word(symbol, 0);
        return offset == 0 ? "" : file.string(strings, offset, "the name of symbol", symbol);
    }

    /** Returns the binding in {@code st_info}. */
    public int binding(int symbol) {
        return (int) (rows.word(symbol, 0) >> 36) & 0xf;
    }

    /** Returns the type in {@code st_info}. */
    public int type(int symbol) {
        return (int) (rows.word(symbol, 0) >> 32) & 0xf;
    }

    /** Returns the visibility in {@code st_other}. */
    public int visibility(int symbol) {
        return (int) (rows.word(symbol, 0) >> 40) & 3;
    }

    private int shortIndex(int symbol) {
        return (int) (rows.word(symbol, 0) >>> 48);
    }

    /** Returns {@code st_shndx}, or the index that {@code SHN_XINDEX} refers to. */
    public int section(int symbol) throws MalformedFileException {
        int index = shortIndex(symbol);
        if (index != Elf.SHN_XINDEX) {
            return index;
        }
        if (extendedIndices == null) {
            throw bytes.malformed(
                    at(symbol),
                    "symbol %d is in SHN_XINDEX without a table for it".formatted(symbol));
        }
        return bytes.u32(extendedIndices.offset() + (long) symbol * Integer.BYTES);
    }

    /** Returns whether {@code st_shndx} is a reserved index, and not a section's. */
    public boolean isReserved(int symbol) {
        int index = shortIndex(symbol);
        return index == Elf.SHN_UNDEF || (index >= Elf.SHN_LORESERVE && index != Elf.SHN_XINDEX);
    }

    /**
     * Returns the header of the section that a {@code STT_SECTION} symbol stands for; empty if it
     * is no such symbol.
     */
    public Optional<SectionHeader> sectionOf(int symbol) throws MalformedFileException {
        int section = section(symbol);
        SectionHeader[] sections = file.sections();
        return type(symbol) == Elf.STT_SECTION && section > 0 && section < sections.length
                ? Optional.of(sections[section])
                : Optional.empty();
    }

    /** Returns {@code st_value}. */
    public long value(int symbol) {
        return rows.word(symbol, 1);
    }

    /** Returns {@code st_size}. */
    public long sizeBytes(int symbol) {
        return rows.word(symbol, 2);
    }

    /**
     * Returns the number of the first symbol, from a number on, whose {@code st_value} and {@code
     * st_size} span an address; {@link #count} if there is none. It looks at copies of many
     * entries, which is many times as quick as to read each.
     */
    public int spanning(long address, int from) {
        for (int first = from; first < count; ) {
            long[] words = rows.words(first);
            for (int word = 0; word < words.length; word += WORDS) {
                if (Long.compareUnsigned(address - words[word + 1], words[word + 2]) < 0) {
                    return first + word / WORDS;
                }
            }
            first += words.length / WORDS;
        }
        return count;
    }

    /** Returns an error about a symbol. */
    public MalformedFileException malformed(int symbol, String problem)
            throws MalformedFileException {
        return bytes.malformed(
                at(symbol), "symbol %d '%s': %s".formatted(symbol, name(symbol), problem));
    }

    /** Requires that a symbol of that number exists. */
    public void require(int symbol, long at, String who) throws MalformedFileException {
        if (symbol < 0 || symbol >= count) {
            throw bytes.malformed(
                    at,
                    "%s refers to symbol %s of %d"
                            .formatted(who, Integer.toUnsignedString(symbol), count));
        }
    }
}
