package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.NameReader;
import java.util.ArrayList;
import java.util.List;

/** The symbols of a file ({@code LC_SYMTAB}). */
public final class MachSymbolTable {
    private static final int COMMAND_BYTES = 24;

    private final FileBytes bytes;
    private final long start;
    private final List<MachSymbol> symbols;

    private MachSymbolTable(FileBytes bytes, long start, List<MachSymbol> symbols) {
        this.bytes = bytes;
        this.start = start;
        this.symbols = symbols;
    }

    /** Returns the table of a file without symbols. */
    static MachSymbolTable none(FileBytes bytes) {
        return new MachSymbolTable(bytes, 0, List.of());
    }

    /** Reads the table that a load command describes. */
    static MachSymbolTable read(FileBytes bytes, LoadCommand command, int sectionCount)
            throws MalformedFileException {
        command.require(bytes, COMMAND_BYTES);
        long start = unsigned(bytes, command, 8);
        long count = unsigned(bytes, command, 12);
        long names = unsigned(bytes, command, 16);
        long namesBytes = unsigned(bytes, command, 20);
        bytes.require(start, count * MachSymbol.BYTES, "the symbol table (symoff, nsyms)");
        bytes.require(names, namesBytes, "the string table (stroff, strsize)");
        NameReader reader = new NameReader(bytes);
        List<MachSymbol> symbols = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            long at = start + (long) i * MachSymbol.BYTES;
            long name = Integer.toUnsignedLong(bytes.u32(at));
            symbols.add(
                    new MachSymbol(
                            i,
                            name(reader, bytes, at, name, names, namesBytes, i),
                            bytes.u8(at + 4),
                            section(bytes, at, i, sectionCount),
                            bytes.u16(at + 6),
                            bytes.u64(at + 8)));
        }
        return new MachSymbolTable(bytes, start, symbols);
    }

    private static long unsigned(FileBytes bytes, LoadCommand command, int field) {
        return Integer.toUnsignedLong(bytes.u32(command.offset() + field));
    }

    /** A symbol whose name is at 0 has none. */
    private static String name(
            NameReader reader,
            FileBytes bytes,
            long at,
            long name,
            long names,
            long namesBytes,
            int index)
            throws MalformedFileException {
        if (name == 0) {
            return "";
        }
        if (name >= namesBytes) {
            throw bytes.malformed(
                    at,
                    "symbol %d: n_strx is 0x%x; the string table has 0x%x bytes"
                            .formatted(index, name, namesBytes));
        }
        return reader.name(names, namesBytes, name, "the name of symbol", index);
    }

    /** A symbol for debuggers may have anything there. */
    private static int section(FileBytes bytes, long at, int index, int sectionCount)
            throws MalformedFileException {
        int type = bytes.u8(at + 4);
        int section = bytes.u8(at + 5);
        boolean isInSection = (type & MachO.N_STAB) == 0 && (type & MachO.N_TYPE) == MachO.N_SECT;
        if (isInSection && (section == 0 || section > sectionCount)) {
            throw bytes.malformed(
                    at + 5,
                    "symbol %d: n_sect is %d; there are %d sections"
                            .formatted(index, section, sectionCount));
        }
        return section;
    }

    /** Returns all symbols, in the file's order. */
    public List<MachSymbol> symbols() {
        return symbols;
    }

    /** Returns an error about a symbol. */
    public MalformedFileException malformed(MachSymbol symbol, String problem) {
        return bytes.malformed(
                start + (long) symbol.index() * MachSymbol.BYTES,
                "symbol %d '%s' %s".formatted(symbol.index(), symbol.name(), problem));
    }
}
