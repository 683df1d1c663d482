package dev.orcinus.loader.badinput;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A writer of Mach-O objects of x86-64 that consist of sections only. */
final class MachOWriter {
    static final int S_ZEROFILL = 1;
    static final int S_CSTRING_LITERALS = 2;
    static final int S_16BYTE_LITERALS = 0xe;

    private static final int MAGIC = 0xfeedfacf;
    private static final int CPU_TYPE_X86_64 = 0x0100_0007;
    private static final int CPU_SUBTYPE_ALL = 3;
    private static final int MH_OBJECT = 1;
    private static final int LC_SEGMENT_64 = 0x19;
    private static final int HEADER_BYTES = 32;
    private static final int SEGMENT_BYTES = 72;
    private static final int SECTION_BYTES = 80;
    private static final int NAME_BYTES = 16;

    private final List<Section> sections = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Section(
            String segment, String name, int flags, int align, byte[] content, long sizeBytes) {}

    /**
     * Adds a section.
     *
     * @param align its alignment, as a power of 2
     */
    MachOWriter add(String segment, String name, int flags, int align, byte[] content) {
        sections.add(new Section(segment, name, flags, align, content, content.length));
        return this;
    }

    /** Adds a section that takes no room in the file. */
    MachOWriter addZeros(String segment, String name, long sizeBytes) {
        sections.add(new Section(segment, name, S_ZEROFILL, 0, new byte[0], sizeBytes));
        return this;
    }

    byte[] toBytes() {
        int commandBytes = SEGMENT_BYTES + SECTION_BYTES * sections.size();
        int contentBytes = sections.stream().mapToInt(section -> section.content.length).sum();
        ByteBuffer out =
                ByteBuffer.allocate(HEADER_BYTES + commandBytes + contentBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        ints(out, MAGIC, CPU_TYPE_X86_64, CPU_SUBTYPE_ALL, MH_OBJECT, 1, commandBytes, 0, 0);
        ints(out, LC_SEGMENT_64, commandBytes);
        out.position(HEADER_BYTES + SEGMENT_BYTES - 8);
        ints(out, sections.size(), 0);
        int offset = HEADER_BYTES + commandBytes;
        long address = 0;
        for (Section section : sections) {
            long alignment = 1L << section.align;
            address = (address + alignment - 1) & -alignment;
            name(out, section.name);
            name(out, section.segment);
            out.putLong(address).putLong(section.sizeBytes);
            ints(out, offset, section.align, 0, 0, section.flags, 0, 0, 0);
            offset += section.content.length;
            address += section.sizeBytes;
        }
        sections.forEach(section -> out.put(section.content));
        return out.array();
    }

    private static void name(ByteBuffer out, String name) {
        out.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), NAME_BYTES));
    }

    private static void ints(ByteBuffer out, int... values) {
        for (int value : values) {
            out.putInt(value);
        }
    }
}
