package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * An ELF header with program headers (gABI, "ELF Header", "Program Header"), as {@code
 * __ehdr_start} has it in front of a position-independent program: addresses count from the header.
 */
final class ElfProgramHeader {
    private static final int HEADER_BYTES = 64;
    private static final int ENTRY_BYTES = 56;
    private static final int SECTION_ENTRY_BYTES = 64;
    private static final int ENTRIES = 2;

    /** Its length. */
    static final int BYTES = HEADER_BYTES + ENTRIES * ENTRY_BYTES;

    private static final byte[] IDENT = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    private static final int IDENT_BYTES = 16;
    private static final short ET_DYN = 3;
    private static final int PT_LOAD = 1;
    private static final int READ_EXECUTE = 5;
    private static final int READ_WRITE = 6;
    private static final long PAGE_BYTES = 4096;

    private ElfProgramHeader() {}

    /** Returns the header of code and variables. */
    static byte[] of(
            ElfMachine machine, ExecutorAddress place, Map<Section.Use, AddressRange> memory) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(IDENT).position(IDENT_BYTES);
        out.putShort(ET_DYN).putShort((short) machine.number()).putInt(1);
        out.putLong(0).putLong(HEADER_BYTES).putLong(0).putInt(0);
        out.putShort((short) HEADER_BYTES).putShort((short) ENTRY_BYTES).putShort((short) ENTRIES);
        out.putShort((short) SECTION_ENTRY_BYTES).putShort((short) 0).putShort((short) 0);
        load(out, READ_EXECUTE, place, memory.get(Section.Use.CODE));
        load(out, READ_WRITE, place, memory.get(Section.Use.VARIABLES));
        return out.array();
    }

    private static void load(ByteBuffer out, int flags, ExecutorAddress place, AddressRange range) {
        long address = range.start().value() - place.value();
        out.putInt(PT_LOAD).putInt(flags).putLong(address).putLong(address).putLong(address);
        out.putLong(range.sizeBytes()).putLong(range.sizeBytes()).putLong(PAGE_BYTES);
    }
}
