package dev.orcinus.loader.badinput;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A writer of x86-64 objects that no compiler would write. It uses {@code SHN_XINDEX} if an object
 * needs it.
 */
final class ElfWriter {
    static final int SHT_PROGBITS = 1;
    static final int SHT_RELA = 4;
    static final int SHT_NOBITS = 8;
    static final int SHT_REL = 9;
    static final int WRITE = 1;
    static final int ALLOC = 2;
    static final int EXEC = 4;

    private static final int SHT_SYMTAB = 2;
    private static final int SHT_STRTAB = 3;
    private static final int SHT_SYMTAB_SHNDX = 18;
    private static final int SHN_LORESERVE = 0xff00;
    private static final int SHN_XINDEX = 0xffff;
    private static final int EHDR_BYTES = 64;
    private static final int SHDR_BYTES = 64;
    private static final int SYM_BYTES = 24;

    private final ByteArrayOutputStream names = new ByteArrayOutputStream();
    private final ByteArrayOutputStream symbols = new ByteArrayOutputStream();
    private final ByteArrayOutputStream extendedIndices = new ByteArrayOutputStream();
    private final List<Section> sections = new ArrayList<>();
    private boolean needsIndices;

    private record Section(
            int name,
            int type,
            long flags,
            MemorySegment content,
            long size,
            int link,
            int info,
            long align,
            long entry) {}

    ElfWriter() {
        names.write(0);
        symbols.writeBytes(new byte[SYM_BYTES]);
        extendedIndices.writeBytes(new byte[4]);
        sections.add(new Section(0, 0, 0, MemorySegment.NULL, 0, 0, 0, 0, 0));
        // The tables' places are known before their contents: symbols, strings, indices.
        sections.add(null);
        sections.add(null);
        sections.add(null);
    }

    int name(String text) {
        int offset = names.size();
        names.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        names.write(0);
        return offset;
    }

    /** Adds a section, and returns its index. */
    int section(int name, int type, long flags, byte[] content, long align) {
        sections.add(section(name, type, flags, content, 0, 0, align, 0));
        return sections.size() - 1;
    }

    int zeros(int name, long flags, long sizeBytes, long align) {
        sections.add(
                new Section(
                        name, SHT_NOBITS, flags, MemorySegment.NULL, sizeBytes, 0, 0, align, 0));
        return sections.size() - 1;
    }

    /** Adds relocations, which have no addends if {@code entryBytes} is 16. */
    void relocations(int name, int target, byte[] content, int entryBytes) {
        int type = entryBytes == 16 ? SHT_REL : SHT_RELA;
        sections.add(section(name, type, 0, content, 1, target, 8, entryBytes));
    }

    /** Adds a global symbol, and returns its index. */
    int symbol(int name, int section, long value) {
        boolean extended = section >= SHN_LORESERVE;
        needsIndices |= extended;
        symbols.writeBytes(
                words(SYM_BYTES)
                        .putInt(name)
                        .put((byte) 0x10)
                        .put((byte) 0)
                        .putShort((short) (extended ? SHN_XINDEX : section))
                        .putLong(value)
                        .putLong(0)
                        .array());
        extendedIndices.writeBytes(words(4).putInt(extended ? section : 0).array());
        return symbols.size() / SYM_BYTES - 1;
    }

    static ByteBuffer words(int sizeBytes) {
        return ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] toBytes() {
        byte[] symtab = symbols.toByteArray();
        byte[] indices = needsIndices ? extendedIndices.toByteArray() : new byte[0];
        byte[] strings = names.toByteArray();
        sections.set(1, table(SHT_SYMTAB, symtab, 2, 1, SYM_BYTES));
        sections.set(2, table(SHT_STRTAB, strings, 0, 0, 0));
        sections.set(3, table(needsIndices ? SHT_SYMTAB_SHNDX : 0, indices, 1, 0, 4));
        int contents = EHDR_BYTES;
        for (Section section : sections) {
            contents += Math.toIntExact(section.content.byteSize());
        }
        byte[] object = new byte[contents + sections.size() * SHDR_BYTES];
        ByteBuffer out = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        boolean many = sections.size() >= SHN_LORESERVE;
        out.putLong(0x0001_0102_464c_457fL).putLong(0);
        out.putShort((short) 1).putShort((short) 62).putInt(1).putLong(0).putLong(0);
        out.putLong(contents).putInt(0);
        out.putShort((short) EHDR_BYTES).putShort((short) 0).putShort((short) 0);
        out.putShort((short) SHDR_BYTES);
        out.putShort((short) (many ? 0 : sections.size())).putShort((short) 2);
        sections.forEach(section -> out.put(section.content.toArray(JAVA_BYTE)));
        long offset = EHDR_BYTES;
        for (int i = 0; i < sections.size(); i++) {
            Section s = sections.get(i);
            out.putInt(s.name).putInt(s.type).putLong(s.flags).putLong(0).putLong(offset);
            out.putLong(i == 0 && many ? sections.size() : s.size);
            out.putInt(s.link).putInt(s.info).putLong(s.align).putLong(s.entry);
            offset += s.content.byteSize();
        }
        return object;
    }

    private static Section section(
            int name,
            int type,
            long flags,
            byte[] content,
            int link,
            int info,
            long align,
            long entry) {
        MemorySegment bytes = MemorySegment.ofArray(content);
        return new Section(name, type, flags, bytes, content.length, link, info, align, entry);
    }

    private static Section table(int type, byte[] content, int link, int info, int entry) {
        return section(0, type, 0, content, link, info, 8, entry);
    }
}
