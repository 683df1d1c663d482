package dev.orcinus.formats.elf;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds a relocatable ELF object with any sections, global symbols in them, and relocations
 * against these symbols. Source: the ELF gABI, "Object Files". One thread at a time may use it.
 */
public final class SectionedObject {
    private static final int TABLE_ALIGNMENT_BYTES = 8;

    private final int machine;
    private final StringTable names = new StringTable();
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final List<ElfSymbol> symbols = new ArrayList<>();
    private final Map<Integer, List<ElfRelocation>> relocations = new TreeMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Section(String name, long flags, byte[] content, int alignmentBytes) {}

    /**
     * An object without sections.
     *
     * @param machine {@code e_machine}
     */
    public SectionedObject(int machine) {
        this.machine = machine;
    }

    /** Adds a section of code that is not written; returns its number. */
    public int code(String name, byte[] content, int alignmentBytes) {
        return section(name, Elf.SHF_ALLOC | Elf.SHF_EXECINSTR, content, alignmentBytes);
    }

    /** Adds a section of variables; returns its number. */
    public int data(String name, byte[] content, int alignmentBytes) {
        return section(name, Elf.SHF_ALLOC | Elf.SHF_WRITE, content, alignmentBytes);
    }

    /** Adds a section that is only read; returns its number. */
    public int constants(String name, byte[] content, int alignmentBytes) {
        return section(name, Elf.SHF_ALLOC, content, alignmentBytes);
    }

    private int section(String name, long flags, byte[] content, int alignmentBytes) {
        sections.add(new Section(name, flags, content, alignmentBytes));
        return sections.size();
    }

    /** Defines a function in a section. */
    public void function(String name, int section, long offset, long sizeBytes) {
        define(name, Elf.STT_FUNC, section, offset, sizeBytes);
    }

    /** Defines a variable in a section. */
    public void object(String name, int section, long offset, long sizeBytes) {
        define(name, Elf.STT_OBJECT, section, offset, sizeBytes);
    }

    private void define(String name, int type, int section, long offset, long sizeBytes) {
        symbols.add(new ElfSymbol(names.add(name), type, section, offset, sizeBytes));
        places.put(name, symbols.size());
    }

    /**
     * Lets a place refer to a defined symbol.
     *
     * @param type the processor's number of the relocation
     * @param offset the place, in the section
     */
    public void relocate(int section, long offset, int type, String symbol, long addend) {
        relocations
                .computeIfAbsent(section, _ -> new ArrayList<>())
                .add(new ElfRelocation(offset, type, places.get(symbol), addend));
    }

    /** Returns the bytes of its file. */
    public byte[] write() {
        ElfWriter file = new ElfWriter(Elf.ET_REL, machine, 0);
        for (Section section : sections) {
            Kind kind = new Kind(section.name, Elf.SHT_PROGBITS, section.flags);
            file.section(kind, section.content, section.alignmentBytes);
        }
        int symbolTable = sections.size() + relocations.size() + 1;
        relocations.forEach(
                (section, all) ->
                        file.section(
                                new Kind(
                                        ".rela" + sections.get(section - 1).name,
                                        Elf.SHT_RELA,
                                        Elf.SHF_INFO_LINK,
                                        symbolTable,
                                        section,
                                        ElfRelocation.BYTES),
                                table(all),
                                TABLE_ALIGNMENT_BYTES));
        file.section(
                new Kind(".symtab", Elf.SHT_SYMTAB, 0, symbolTable + 1, 1, ElfSymbol.BYTES),
                symbolTable(),
                TABLE_ALIGNMENT_BYTES);
        file.section(new Kind(".strtab", Elf.SHT_STRTAB, 0), names.bytes(), 1);
        return file.write();
    }

    private byte[] symbolTable() {
        byte[] bytes = new byte[(symbols.size() + 1) * ElfSymbol.BYTES];
        ByteBuffer table = buffer(bytes);
        table.position(ElfSymbol.BYTES);
        symbols.forEach(symbol -> symbol.write(table));
        return bytes;
    }

    private static byte[] table(List<ElfRelocation> all) {
        byte[] bytes = new byte[all.size() * ElfRelocation.BYTES];
        ByteBuffer table = buffer(bytes);
        all.forEach(relocation -> relocation.write(table));
        return bytes;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
