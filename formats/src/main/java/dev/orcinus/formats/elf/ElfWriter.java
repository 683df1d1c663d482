package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an ELF64 little-endian file. It first gives out room from front to back, behind the
 * headers, because tables refer to each other's places; then it writes the tables there. It is for
 * one file.
 */
final class ElfWriter {
    private static final int TABLE_ALIGNMENT_BYTES = 8;
    private static final Kind SECTION_NAMES = new Kind(".shstrtab", Elf.SHT_STRTAB, 0);
    private static final SectionHeader UNDEFINED =
            new SectionHeader(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private final int type;
    private final int machine;
    private final List<ProgramHeader> segments = new ArrayList<>();
    private final List<SectionHeader> sections = new ArrayList<>();
    private final List<Content> contents = new ArrayList<>();
    private final StringTable sectionNames = new StringTable();
    private int end;
    private long entry;

    /**
     * A part of the file.
     *
     * @param offset bytes from the start of the file
     * @param sizeBytes its length
     * @param alignmentBytes the number that the offset is a multiple of
     */
    record Room(int offset, int sizeBytes, int alignmentBytes) {
        int end() {
            return offset + sizeBytes;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Content(Room room, byte[] bytes) {}

    /**
     * A section header without its place.
     *
     * @param name the section's name
     * @param type {@code sh_type}
     * @param flags {@code sh_flags}
     * @param link {@code sh_link}
     * @param info {@code sh_info}
     * @param entryBytes {@code sh_entsize}
     */
    record Kind(String name, int type, long flags, int link, int info, int entryBytes) {
        /** A section that is no table. */
        Kind(String name, int type, long flags) {
            this(name, type, flags, 0, 0, 0);
        }
    }

    /**
     * An empty file.
     *
     * @param mostSegments the number of program headers that there is room for
     */
    ElfWriter(int type, int machine, int mostSegments) {
        this.type = type;
        this.machine = machine;
        this.end = ElfHeader.BYTES + mostSegments * ProgramHeader.BYTES;
        sections.add(UNDEFINED);
    }

    /** Takes the next bytes of the file that start at a multiple of the alignment. */
    Room room(int sizeBytes, int alignmentBytes) {
        int offset = Math.addExact(end, alignmentBytes - 1) & -alignmentBytes;
        end = Math.addExact(offset, sizeBytes);
        return new Room(offset, sizeBytes, alignmentBytes);
    }

    /** Puts bytes into a part of the file. */
    void put(Room room, byte[] bytes) {
        contents.add(new Content(room, bytes));
    }

    /** Sets the address at which a program starts. */
    void entry(long address) {
        entry = address;
    }

    /** Adds a program header. */
    void segment(ProgramHeader header) {
        segments.add(header);
    }

    /** Adds a section header. */
    void section(Kind kind, Room room, long address) {
        section(kind, room, address, room.sizeBytes);
    }

    /** Adds the header of a section that is larger in memory than its room in the file. */
    void section(Kind kind, Room room, long address, long sizeBytes) {
        sections.add(header(kind, sectionNames.add(kind.name), room, address, sizeBytes));
    }

    private SectionHeader header(Kind kind, int name, Room room, long address, long sizeBytes) {
        return new SectionHeader(
                sections.size(),
                name,
                kind.type,
                kind.flags,
                address,
                room.offset,
                sizeBytes,
                kind.link,
                kind.info,
                room.alignmentBytes,
                kind.entryBytes);
    }

    /** Adds a section without an address, and its content. */
    void section(Kind kind, byte[] content, int alignmentBytes) {
        Room room = room(content.length, alignmentBytes);
        section(kind, room, 0);
        put(room, content);
    }

    /** Returns the bytes of the file. */
    byte[] write() {
        addSectionNames();
        Room headers = room(sections.size() * SectionHeader.BYTES, TABLE_ALIGNMENT_BYTES);
        byte[] bytes = new byte[end];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header(headers.offset).write(file, entry);
        segments.forEach(segment -> segment.write(file));
        contents.forEach(content -> file.put(content.room.offset, content.bytes));
        file.position(headers.offset);
        sections.forEach(section -> section.write(file));
        return bytes;
    }

    /** Adds the section of the sections' names, which also holds its own name. */
    private void addSectionNames() {
        int name = sectionNames.add(SECTION_NAMES.name);
        Room room = room(sectionNames.sizeBytes(), 1);
        sections.add(header(SECTION_NAMES, name, room, 0, room.sizeBytes));
        put(room, sectionNames.bytes());
    }

    private ElfHeader header(int sectionOffset) {
        return new ElfHeader(
                type,
                machine,
                segments.isEmpty() ? 0 : ElfHeader.BYTES,
                sectionOffset,
                segments.size(),
                SectionHeader.BYTES,
                sections.size(),
                sections.size() - 1);
    }
}
