package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.NamePool;
import dev.orcinus.formats.NameReader;
import java.lang.foreign.MemorySegment;

/**
 * The raw view of an ELF64 little-endian file: headers and tables, each checked against the file
 * before it is read. It copies no contents. One thread at a time may use it.
 */
public final class ElfFile {
    /** The most elements that an array in memory can have. */
    private static final int MOST_ENTRIES = Integer.MAX_VALUE - 8;

    private final FileBytes bytes;
    private final ElfHeader header;
    private final SectionHeader[] sections;
    private final int names;
    private final NameReader nameReader;

    private ElfFile(
            FileBytes bytes, ElfHeader header, SectionHeader[] sections, int names, NamePool pool) {
        this.bytes = bytes;
        this.header = header;
        this.sections = sections;
        this.names = names;
        this.nameReader = new NameReader(bytes, pool);
    }

    /** Reads the header and the section header table. */
    public static ElfFile read(FileBytes bytes) throws MalformedFileException {
        return read(bytes, null);
    }

    /**
     * Reads the header and the section header table.
     *
     * @param pool has names that other files have as well; null if that is unlikely
     */
    public static ElfFile read(FileBytes bytes, NamePool pool) throws MalformedFileException {
        ElfHeader header = ElfHeader.read(bytes);
        long table = header.sectionOffset();
        if (table == 0) {
            return new ElfFile(bytes, header, new SectionHeader[0], Elf.SHN_UNDEF, pool);
        }
        if (header.sectionEntryBytes() != SectionHeader.BYTES) {
            throw bytes.malformed(
                    ElfHeader.E_SHENTSIZE,
                    "e_shentsize is " + header.sectionEntryBytes() + ", not 64");
        }
        bytes.require(table, SectionHeader.BYTES, "section header 0");
        SectionHeader[] sections = new SectionHeader[sectionCount(bytes, header)];
        Rows rows = Rows.inOrder(bytes, table, sections.length, SectionHeader.BYTES);
        for (int i = 0; i < sections.length; i++) {
            sections[i] = SectionHeader.read(bytes, table, rows, i);
        }
        int names = header.nameSection();
        names = names == Elf.SHN_XINDEX ? bytes.u32(table + SectionHeader.SH_LINK) : names;
        ElfFile file = new ElfFile(bytes, header, sections, names, pool);
        if (sections.length > 0) {
            file.requireStrings(file.section(names, "e_shstrndx", ElfHeader.E_SHSTRNDX));
        }
        return file;
    }

    /**
     * Returns {@code e_shnum}, or {@code sh_size} of section 0 if there are too many sections for
     * it.
     */
    private static int sectionCount(FileBytes bytes, ElfHeader header)
            throws MalformedFileException {
        long table = header.sectionOffset();
        int small = header.sectionCount();
        long count = small != 0 ? small : bytes.u64(table + SectionHeader.SH_SIZE);
        if (count < 0 || count > MOST_ENTRIES || count > bytes.sizeBytes() / SectionHeader.BYTES) {
            throw bytes.malformed(
                    ElfHeader.E_SHNUM,
                    count + " section headers do not fit into " + bytes.sizeBytes());
        }
        bytes.require(table, count * SectionHeader.BYTES, "the section header table");
        return (int) count;
    }

    /** Returns the file's bytes. */
    public FileBytes bytes() {
        return bytes;
    }

    /** Returns the offset of the header of a section in the file. */
    public long headerOffset(int section) {
        return header.sectionOffset() + (long) section * SectionHeader.BYTES;
    }

    /** Returns the file's header. */
    public ElfHeader header() {
        return header;
    }

    /** Returns all section headers; the first is the undefined section. */
    public SectionHeader[] sections() {
        return sections;
    }

    /**
     * Returns the section of that index.
     *
     * @param what names the reference, for the message
     * @param at the place of the reference in the file
     */
    public SectionHeader section(int index, String what, long at) throws MalformedFileException {
        if (index <= 0 || index >= sections.length) {
            throw bytes.malformed(
                    at,
                    "%s is section %s of %d"
                            .formatted(what, Integer.toUnsignedString(index), sections.length));
        }
        return sections[index];
    }

    /** Returns a section's name. */
    public String name(SectionHeader section) throws MalformedFileException {
        return string(sections[names], section.name(), "the name of section", section.index());
    }

    /** Returns the content of a section; it is empty if the section takes no room in the file. */
    public MemorySegment content(SectionHeader section) {
        return section.isZeroFill()
                ? MemorySegment.NULL
                : bytes.bytes().asSlice(section.offset(), section.sizeBytes());
    }

    /** Returns a string of a string table. */
    String string(SectionHeader table, int offset, String what) throws MalformedFileException {
        return string(table, offset, what, NameReader.UNNUMBERED);
    }

    /**
     * Returns a string of a string table.
     *
     * @param what names the string, for the message
     * @param number follows the name in the message
     */
    String string(SectionHeader table, int offset, String what, int number)
            throws MalformedFileException {
        long unsigned = Integer.toUnsignedLong(offset);
        if (unsigned >= table.sizeBytes()) {
            throw bytes.malformed(
                    table.offset(),
                    "%s is at 0x%x of a string table of 0x%x bytes"
                            .formatted(
                                    NameReader.numbered(what, number),
                                    unsigned,
                                    table.sizeBytes()));
        }
        return nameReader.name(table.offset(), table.sizeBytes(), unsigned, what, number);
    }

    /** Requires that a section is a string table. */
    SectionHeader requireStrings(SectionHeader table) throws MalformedFileException {
        if (table.type() != Elf.SHT_STRTAB) {
            throw bytes.malformed(
                    table.offset(),
                    "section %d has type %d, not SHT_STRTAB"
                            .formatted(table.index(), table.type()));
        }
        return table;
    }

    /**
     * Returns how many entries a table has.
     *
     * @param entryBytes the required {@code sh_entsize}
     */
    public int entryCount(SectionHeader table, int entryBytes) throws MalformedFileException {
        if (table.entryBytes() != entryBytes || table.sizeBytes() % entryBytes != 0) {
            throw bytes.malformed(
                    table.offset(),
                    "section %d of 0x%x bytes has entries of 0x%x bytes, not of %d"
                            .formatted(
                                    table.index(),
                                    table.sizeBytes(),
                                    table.entryBytes(),
                                    entryBytes));
        }
        long count = table.sizeBytes() / entryBytes;
        if (count > MOST_ENTRIES) {
            throw bytes.malformed(
                    table.offset(),
                    "section %d has %d entries; the limit is %d"
                            .formatted(table.index(), count, MOST_ENTRIES));
        }
        return (int) count;
    }
}
