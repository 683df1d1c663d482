package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.object.ObjectBytes;

/** The symbol table of an object ({@code SHT_SYMTAB}), entries read on demand. */
final class SymbolTable {
    private final ElfFile file;
    private final ObjectBytes bytes;
    private final SectionHeader table;
    private final SectionHeader strings;
    private final SectionHeader extendedIndices;
    private final int count;

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
    }

    /** An object's symbol table, or null if it has none. */
    static SymbolTable of(ElfFile file) throws MalformedObjectException {
        SectionHeader table = null;
        SectionHeader extended = null;
        for (SectionHeader section : file.sections()) {
            if (section.type() == Elf.SHT_SYMTAB) {
                if (table != null) {
                    throw file.bytes().malformed(section.offset(), "there are two symbol tables");
                }
                table = section;
            } else if (section.type() == Elf.SHT_SYMTAB_SHNDX) {
                extended = section;
            }
        }
        if (table == null) {
            return null;
        }
        int count = file.entryCount(table, Elf.SYM_BYTES);
        if (extended != null && extended.sizeBytes() / Integer.BYTES < count) {
            throw file.bytes()
                    .malformed(
                            extended.offset(),
                            "SHT_SYMTAB_SHNDX has fewer entries than the " + count + " symbols");
        }
        SectionHeader strings =
                file.requireStrings(
                        file.section(table.link(), "the symbols' string table", table.offset()));
        return new SymbolTable(file, table, strings, extended, count);
    }

    int index() {
        return table.index();
    }

    int count() {
        return count;
    }

    private long at(int symbol) {
        return table.offset() + (long) symbol * Elf.SYM_BYTES;
    }

    /** {@code st_name}, looked up. */
    String name(int symbol) throws MalformedObjectException {
        int offset = bytes.u32(at(symbol));
        return offset == 0 ? "" : file.string(strings, offset, "the name of symbol " + symbol);
    }

    /** The binding in {@code st_info}. */
    int binding(int symbol) {
        return bytes.u8(at(symbol) + 4) >> 4;
    }

    /** The type in {@code st_info}. */
    int type(int symbol) {
        return bytes.u8(at(symbol) + 4) & 0xf;
    }

    /** The visibility in {@code st_other}. */
    int visibility(int symbol) {
        return bytes.u8(at(symbol) + 5) & 3;
    }

    /** {@code st_shndx}: a reserved index as it is, {@code SHN_XINDEX} looked up. */
    int section(int symbol) throws MalformedObjectException {
        int index = bytes.u16(at(symbol) + 6);
        if (index != Elf.SHN_XINDEX) {
            return index;
        }
        if (extendedIndices == null) {
            throw bytes.malformed(
                    at(symbol), "symbol " + symbol + " is in SHN_XINDEX without a table for it");
        }
        return bytes.u32(extendedIndices.offset() + (long) symbol * Integer.BYTES);
    }

    /** Whether {@code st_shndx} is one of the reserved ones, and not a section's index. */
    boolean isReserved(int symbol) {
        int index = bytes.u16(at(symbol) + 6);
        return index == Elf.SHN_UNDEF || (index >= Elf.SHN_LORESERVE && index != Elf.SHN_XINDEX);
    }

    /** {@code st_value}. */
    long value(int symbol) {
        return bytes.u64(at(symbol) + 8);
    }

    /** {@code st_size}. */
    long sizeBytes(int symbol) {
        return bytes.u64(at(symbol) + 16);
    }

    /** An error about a symbol. */
    MalformedObjectException malformed(int symbol, String problem) throws MalformedObjectException {
        return bytes.malformed(
                at(symbol), "symbol " + symbol + " '" + name(symbol) + "': " + problem);
    }

    /** Requires that a symbol of that number exists. */
    void require(int symbol, long at, String who) throws MalformedObjectException {
        if (symbol < 0 || symbol >= count) {
            throw bytes.malformed(
                    at,
                    who + " refers to symbol " + Integer.toUnsignedString(symbol) + " of " + count);
        }
    }
}
