package dev.orcinus.formats.elf;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a relocatable ELF object with one section of code, global symbols, and references to
 * symbols of other objects. Source: the ELF gABI, "Object Files". One thread at a time may use it.
 */
public final class RelocatableObject {
    private static final int ALIGNMENT_BYTES = 16;

    /** The places of sections in the table of section headers. */
    private static final int TEXT = 1;

    private static final int SYMTAB = 3;
    private static final int STRTAB = 4;

    private final int machine;
    private final byte[] code;
    private final StringTable names = new StringTable();
    private final List<ElfSymbol> symbols = new ArrayList<>();
    private final List<ElfRelocation> relocations = new ArrayList<>();
    private final List<String> defined = new ArrayList<>();

    /**
     * An object without symbols.
     *
     * @param machine {@code e_machine}
     * @param code the content of its only section of code
     */
    public RelocatableObject(int machine, byte[] code) {
        this.machine = machine;
        this.code = code;
    }

    /** Defines a function. */
    public void function(String name, long offset, long sizeBytes) {
        define(name, Elf.STT_FUNC, offset, sizeBytes);
    }

    /** Defines an object, in the code. */
    public void object(String name, long offset, long sizeBytes) {
        define(name, Elf.STT_OBJECT, offset, sizeBytes);
    }

    private void define(String name, int type, long offset, long sizeBytes) {
        symbols.add(new ElfSymbol(names.add(name), type, TEXT, offset, sizeBytes));
        defined.add(name);
    }

    /**
     * Refers to a symbol of another object.
     *
     * @param type the processor's number of the relocation
     * @param offset the place to be relocated, in the code
     */
    public void refer(String name, int type, long offset) {
        symbols.add(new ElfSymbol(names.add(name), Elf.STT_NOTYPE, Elf.SHN_UNDEF, 0, 0));
        relocations.add(new ElfRelocation(offset, type, symbols.size(), 0));
    }

    /** Returns the names of the defined symbols. */
    public List<String> defined() {
        return List.copyOf(defined);
    }

    /** Returns the bytes of its file. */
    public byte[] write() {
        ElfWriter file = new ElfWriter(Elf.ET_REL, machine, 0);
        long executable = Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;
        section(file, new Kind(".text", Elf.SHT_PROGBITS, executable), code);
        section(
                file,
                new Kind(
                        ".rela.text",
                        Elf.SHT_RELA,
                        Elf.SHF_INFO_LINK,
                        SYMTAB,
                        TEXT,
                        ElfRelocation.BYTES),
                relocationTable());
        section(
                file,
                new Kind(".symtab", Elf.SHT_SYMTAB, 0, STRTAB, 1, ElfSymbol.BYTES),
                symbolTable());
        section(file, new Kind(".strtab", Elf.SHT_STRTAB, 0), names.bytes());
        return file.write();
    }

    private static void section(ElfWriter file, Kind kind, byte[] content) {
        file.section(kind, content, ALIGNMENT_BYTES);
    }

    private byte[] symbolTable() {
        ByteBuffer table =
                ByteBuffer.allocate((symbols.size() + 1) * ElfSymbol.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        table.position(ElfSymbol.BYTES);
        symbols.forEach(symbol -> symbol.write(table));
        return table.array();
    }

    private byte[] relocationTable() {
        ByteBuffer table =
                ByteBuffer.allocate(relocations.size() * ElfRelocation.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        relocations.forEach(relocation -> relocation.write(table));
        return table.array();
    }
}
