package dev.orcinus.formats.macho;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a relocatable Mach-O object with one section of code, external symbols, and references to
 * symbols of other objects. Linkers keep the section in one piece: a local symbol names its start,
 * and all other symbols are further entries of that one. Source: {@code mach-o/loader.h}, {@code
 * nlist.h}, {@code reloc.h}. One thread at a time may use it.
 */
public final class MachObjectWriter {
    private static final int PLATFORM_MACOS = 1;
    private static final int SEGMENT_BYTES = 72;
    private static final int BUILD_VERSION_BYTES = 24;
    private static final int SYMTAB_BYTES = 24;
    private static final int COMMANDS_BYTES =
            SEGMENT_BYTES + MachSection.BYTES + BUILD_VERSION_BYTES + SYMTAB_BYTES;
    private static final int COMMAND_COUNT = 3;
    private static final int CODE = MachHeader.BYTES + COMMANDS_BYTES;

    /** Protection of a segment: it may be read, written and executed. */
    private static final int ALL_ACCESS = 7;

    private static final int ALIGNMENT_LOG2 = 4;
    private static final int NAME_BYTES = 16;

    /** The section of code. */
    private static final int TEXT = 1;

    /** {@code r_extern} and an {@code r_length} of 8 bytes; type 0 is {@code UNSIGNED}. */
    private static final int ADDRESS_64 = 1 << 27 | 3 << 25;

    private final int cpuType;
    private final int version;
    private final byte[] code;
    private final ByteArrayOutputStream names = new ByteArrayOutputStream();
    private final List<MachSymbol> symbols = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();
    private final List<String> defined = new ArrayList<>();
    private final List<Integer> nameOffsets = new ArrayList<>();

    private record Reference(int offset, int symbol) {}

    /**
     * An object without symbols.
     *
     * @param cpuType {@code mach_header_64.cputype}
     * @param macosVersion the major version of macOS that it is for
     * @param name the name of the start of the code, which other objects cannot refer to
     * @param code the content of its section
     */
    public MachObjectWriter(int cpuType, int macosVersion, String name, byte[] code) {
        this.cpuType = cpuType;
        this.version = macosVersion << 16;
        this.code = code;
        names.write(0);
        symbol(name, MachO.N_SECT, TEXT, 0, 0);
    }

    /**
     * Defines an external symbol in the code. All definitions come before the first reference.
     *
     * @param name as linkers spell it
     */
    public void define(String name, int offset) {
        if (!references.isEmpty()) {
            throw new IllegalStateException("'" + name + "' is defined after a reference");
        }
        symbol(name, MachO.N_SECT | MachO.N_EXT, TEXT, MachO.N_ALT_ENTRY, offset);
        defined.add(name);
    }

    /**
     * Refers to a symbol of another object by its 64-bit address.
     *
     * @param name as linkers spell it
     * @param offset the place of the address, in the code
     */
    public void refer(String name, int offset) {
        references.add(new Reference(offset, symbols.size()));
        symbol(name, MachO.N_UNDF | MachO.N_EXT, 0, 0, 0);
    }

    private void symbol(String name, int type, int section, int description, long value) {
        nameOffsets.add(names.size());
        names.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        names.write(0);
        symbols.add(new MachSymbol(symbols.size(), name, type, section, description, value));
    }

    /** Returns the names of the defined symbols. */
    public List<String> defined() {
        return List.copyOf(defined);
    }

    /** Returns the bytes of its file. */
    public byte[] write() {
        int relocations = aligned(CODE + code.length);
        int table = relocations + references.size() * MachRelocation.BYTES;
        int strings = table + symbols.size() * MachSymbol.BYTES;
        ByteBuffer file =
                ByteBuffer.allocate(aligned(strings + names.size())).order(ByteOrder.LITTLE_ENDIAN);
        header(file);
        segment(file);
        section(file, relocations);
        buildVersion(file);
        symbolTableCommand(file, table, strings);
        file.put(code).position(relocations);
        references.forEach(r -> file.putInt(r.offset).putInt(r.symbol | ADDRESS_64));
        symbols.forEach(symbol -> symbol(file, symbol));
        file.put(names.toByteArray());
        return file.array();
    }

    private static int aligned(int offset) {
        return Math.addExact(offset, Long.BYTES - 1) & -Long.BYTES;
    }

    private void header(ByteBuffer file) {
        int subtype = cpuType == MachO.CPU_TYPE_X86_64 ? MachO.CPU_SUBTYPE_X86_64_ALL : 0;
        file.putInt(MachO.MH_MAGIC_64).putInt(cpuType).putInt(subtype).putInt(MachO.MH_OBJECT);
        file.putInt(COMMAND_COUNT).putInt(COMMANDS_BYTES).putInt(0).putInt(0);
    }

    /** The only segment of an object has no name. */
    private void segment(ByteBuffer file) {
        file.putInt(MachO.LC_SEGMENT_64).putInt(SEGMENT_BYTES + MachSection.BYTES);
        name(file, "");
        file.putLong(0).putLong(code.length).putLong(CODE).putLong(code.length);
        file.putInt(ALL_ACCESS).putInt(ALL_ACCESS).putInt(1).putInt(0);
    }

    private void section(ByteBuffer file, int relocations) {
        name(file, "__text");
        name(file, "__TEXT");
        file.putLong(0).putLong(code.length).putInt(CODE).putInt(ALIGNMENT_LOG2);
        file.putInt(relocations).putInt(references.size());
        file.putInt(MachO.S_ATTR_PURE_INSTRUCTIONS | MachO.S_ATTR_SOME_INSTRUCTIONS);
        file.putInt(0).putInt(0).putInt(0);
    }

    private static void name(ByteBuffer file, String name) {
        int start = file.position();
        file.put(name.getBytes(StandardCharsets.US_ASCII)).position(start + NAME_BYTES);
    }

    private void buildVersion(ByteBuffer file) {
        file.putInt(MachO.LC_BUILD_VERSION).putInt(BUILD_VERSION_BYTES);
        file.putInt(PLATFORM_MACOS).putInt(version).putInt(version).putInt(0);
    }

    private void symbolTableCommand(ByteBuffer file, int table, int strings) {
        file.putInt(MachO.LC_SYMTAB).putInt(SYMTAB_BYTES).putInt(table).putInt(symbols.size());
        file.putInt(strings).putInt(names.size());
    }

    private void symbol(ByteBuffer file, MachSymbol symbol) {
        file.putInt(nameOffsets.get(symbol.index()));
        file.put((byte) symbol.type()).put((byte) symbol.section());
        file.putShort((short) symbol.description()).putLong(symbol.value());
    }
}
