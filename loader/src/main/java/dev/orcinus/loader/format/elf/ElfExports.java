package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.object.ObjectBytes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What an object defines for others: as {@code ar} collects it for an archive's index. */
public final class ElfExports {
    private ElfExports() {}

    /** The names of the symbols that are global, weak or common, and defined. */
    public static List<String> of(String name, MemorySegment bytes)
            throws MalformedObjectException, UnsupportedObjectException {
        SymbolTable table = SymbolTable.of(ElfFile.read(new ObjectBytes(name, bytes)));
        List<String> exports = new ArrayList<>();
        for (int i = 1; table != null && i < table.count(); i++) {
            if (table.binding(i) != Elf.STB_LOCAL && table.section(i) != Elf.SHN_UNDEF) {
                exports.add(table.name(i));
            }
        }
        return exports;
    }
}
