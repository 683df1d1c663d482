package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The dynamic symbols of an {@link ElfExecutable}: imports, which have no version; functions of
 * libraries that have an entry in the program; and copies of variables of libraries, with all their
 * names. The last two are in the hash table, so that libraries are bound to them, too.
 */
final class DynamicSymbols {
    private static final int HASH_HEAD_INTS = 3;

    private final StringTable strings;
    private final VersionNeeds versions;
    private final List<Row> rows = new ArrayList<>();
    private final int importCount;
    private final int entryCount;

    /** The part of the program that a symbol lies in. */
    private enum Part {
        NONE,
        CODE,
        COPIES
    }

    private record Row(int name, int type, Part part, long offset, long sizeBytes, int version) {}

    DynamicSymbols(ElfExecutable program, StringTable strings) {
        this.strings = strings;
        versions = new VersionNeeds(strings);
        for (String symbol : program.imports()) {
            rows.add(new Row(strings.add(symbol), Elf.STT_FUNC, Part.NONE, 0, 0, 1));
        }
        importCount = rows.size();
        for (ElfExecutable.Entry entry : program.entries()) {
            add(entry.function(), Elf.STT_FUNC, Part.CODE, entry.codeOffset(), 0);
        }
        entryCount = rows.size() - importCount;
        for (ElfExecutable.Copy copy : program.copies()) {
            for (VersionedSymbol name : copy.names()) {
                add(name, Elf.STT_OBJECT, Part.COPIES, copy.offset(), copy.sizeBytes());
            }
        }
    }

    private void add(VersionedSymbol symbol, int type, Part part, long offset, long sizeBytes) {
        int version = versions.add(symbol);
        rows.add(new Row(strings.add(symbol.name()), type, part, offset, sizeBytes, version));
    }

    /** Returns the number of symbols, with number 0, which stands for no symbol. */
    int count() {
        return rows.size() + 1;
    }

    /** Returns the number of the first symbol that has an entry. */
    int firstEntry() {
        return 1 + importCount;
    }

    /** Returns the number of the first symbol of a copy. */
    int firstCopy() {
        return firstEntry() + entryCount;
    }

    VersionNeeds versions() {
        return versions;
    }

    int hashBytes() {
        return (HASH_HEAD_INTS + count()) * Integer.BYTES;
    }

    int versionBytes() {
        return count() * Short.BYTES;
    }

    /**
     * Returns the symbol table. The value of an undefined function is the function's address for
     * everybody (AMD64 supplement, "Function Addresses").
     *
     * @param code the address of the code
     * @param copies the address of the copies
     * @param copySection the number of their section
     */
    byte[] table(long code, long copies, int copySection) {
        ByteBuffer table =
                ByteBuffer.allocate(count() * ElfSymbol.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(ElfSymbol.BYTES);
        for (Row row : rows) {
            ElfSymbol symbol =
                    switch (row.part) {
                        case NONE -> symbol(row, Elf.SHN_UNDEF, 0);
                        case CODE -> symbol(row, Elf.SHN_UNDEF, code + row.offset);
                        case COPIES -> symbol(row, copySection, copies + row.offset);
                    };
            symbol.write(table);
        }
        return table.array();
    }

    private static ElfSymbol symbol(Row row, int section, long value) {
        return new ElfSymbol(row.name, row.type, section, value, row.sizeBytes);
    }

    /** Returns the numbers of the symbols' versions ({@code .gnu.version}). */
    byte[] versionTable() {
        ByteBuffer table =
                ByteBuffer.allocate(versionBytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(Short.BYTES);
        for (Row row : rows) {
            table.putShort((short) row.version);
        }
        return table.array();
    }

    /** Returns a hash table with one bucket, so that no hash matters. */
    byte[] hashTable() {
        ByteBuffer table = ByteBuffer.allocate(hashBytes()).order(ByteOrder.LITTLE_ENDIAN);
        int first = firstEntry();
        table.putInt(1).putInt(count()).putInt(first < count() ? first : 0);
        for (int i = 0; i < count(); i++) {
            table.putInt(i >= first && i + 1 < count() ? i + 1 : 0);
        }
        return table.array();
    }
}
