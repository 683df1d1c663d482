package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.object.NameReader;
import dev.orcinus.loader.object.ObjectBytes;
import java.lang.foreign.MemorySegment;

/**
 * The raw view of an ELF64 little-endian relocatable object: headers and tables, each checked
 * against the file before it is read. Copies nothing.
 */
final class ElfFile {
    private static final int E_TYPE = 16;
    private static final int E_MACHINE = 18;
    private static final int E_SHOFF = 40;
    private static final int E_SHENTSIZE = 58;
    private static final int E_SHNUM = 60;
    private static final int E_SHSTRNDX = 62;

    private static final int SH_SIZE = 32;
    private static final int SH_LINK = 40;

    /** What an array in memory can have. */
    private static final int MOST_ENTRIES = Integer.MAX_VALUE - 8;

    private final ObjectBytes bytes;
    private final SectionHeader[] sections;
    private final int names;
    private final NameReader nameReader;

    private ElfFile(ObjectBytes bytes, SectionHeader[] sections, int names) {
        this.bytes = bytes;
        this.sections = sections;
        this.names = names;
        this.nameReader = new NameReader(bytes);
    }

    /** Reads the header and the section header table. */
    static ElfFile read(ObjectBytes bytes)
            throws MalformedObjectException, UnsupportedObjectException {
        bytes.require(0, Elf.EHDR_BYTES, "the ELF header");
        requireKind(bytes);
        long table = bytes.u64(E_SHOFF);
        if (table == 0) {
            return new ElfFile(bytes, new SectionHeader[0], Elf.SHN_UNDEF);
        }
        if (bytes.u16(E_SHENTSIZE) != Elf.SHDR_BYTES) {
            throw bytes.malformed(
                    E_SHENTSIZE, "e_shentsize is " + bytes.u16(E_SHENTSIZE) + ", not 64");
        }
        bytes.require(table, Elf.SHDR_BYTES, "section header 0");
        SectionHeader[] sections = new SectionHeader[sectionCount(bytes, table)];
        for (int i = 0; i < sections.length; i++) {
            sections[i] = header(bytes, table + (long) i * Elf.SHDR_BYTES, i);
        }
        int names = bytes.u16(E_SHSTRNDX);
        names = names == Elf.SHN_XINDEX ? bytes.u32(table + SH_LINK) : names;
        ElfFile file = new ElfFile(bytes, sections, names);
        if (sections.length > 0) {
            file.requireStrings(file.section(names, "e_shstrndx", E_SHSTRNDX));
        }
        return file;
    }

    private static void requireKind(ObjectBytes bytes)
            throws MalformedObjectException, UnsupportedObjectException {
        if (bytes.u32(0) != Elf.ELFMAG) {
            throw bytes.malformed(0, "this is no ELF file");
        }
        if (bytes.u8(Elf.EI_CLASS) != Elf.ELFCLASS64
                || bytes.u8(Elf.EI_DATA) != Elf.ELFDATA2LSB
                || bytes.u8(Elf.EI_VERSION) != Elf.EV_CURRENT) {
            throw new UnsupportedObjectException(
                    bytes.file(),
                    "an ELF file of class "
                            + bytes.u8(Elf.EI_CLASS)
                            + ", data encoding "
                            + bytes.u8(Elf.EI_DATA)
                            + ", version "
                            + bytes.u8(Elf.EI_VERSION)
                            + "; only 64-bit little-endian ones (2, 1, 1) are linked");
        }
        if (bytes.u16(E_TYPE) != Elf.ET_REL) {
            throw new UnsupportedObjectException(
                    bytes.file(),
                    "an ELF file of type "
                            + bytes.u16(E_TYPE)
                            + "; only relocatable objects (1, what a compiler's -c makes) are"
                            + " linked");
        }
    }

    /** {@code e_shnum}, or {@code sh_size} of section 0 where there are too many for it. */
    private static int sectionCount(ObjectBytes bytes, long table) throws MalformedObjectException {
        int small = bytes.u16(E_SHNUM);
        long count = small != 0 ? small : bytes.u64(table + SH_SIZE);
        if (count < 0 || count > MOST_ENTRIES || count > bytes.sizeBytes() / Elf.SHDR_BYTES) {
            throw bytes.malformed(
                    E_SHNUM, count + " section headers do not fit into " + bytes.sizeBytes());
        }
        bytes.require(table, count * Elf.SHDR_BYTES, "the section header table");
        return (int) count;
    }

    private static SectionHeader header(ObjectBytes bytes, long at, int index)
            throws MalformedObjectException {
        long alignment = bytes.u64(at + 48);
        if (Long.bitCount(alignment) > 1) {
            throw bytes.malformed(
                    at + 48,
                    "section "
                            + index
                            + ": sh_addralign is 0x"
                            + Long.toHexString(alignment)
                            + ", no power of two");
        }
        SectionHeader header =
                new SectionHeader(
                        index,
                        bytes.u32(at),
                        bytes.u32(at + 4),
                        bytes.u64(at + 8),
                        bytes.u64(at + 24),
                        bytes.u64(at + 32),
                        bytes.u32(at + 40),
                        bytes.u32(at + 44),
                        alignment == 0 ? 1 : alignment,
                        bytes.u64(at + 56));
        if (index != 0 && !header.isZeroFill()) {
            bytes.require(header.offset(), header.sizeBytes(), "section " + index);
        }
        return header;
    }

    /** The file's bytes. */
    ObjectBytes bytes() {
        return bytes;
    }

    /** Where the header of a section is in the file. */
    long headerOffset(int section) {
        return bytes.u64(E_SHOFF) + (long) section * Elf.SHDR_BYTES;
    }

    /** {@code e_machine}. */
    int machine() {
        return bytes.u16(E_MACHINE);
    }

    /** All section headers; the first is the undefined section. */
    SectionHeader[] sections() {
        return sections;
    }

    /**
     * The section of that index.
     *
     * @param what names it, for the message
     * @param at where in the file it is named
     */
    SectionHeader section(int index, String what, long at) throws MalformedObjectException {
        if (index <= 0 || index >= sections.length) {
            throw bytes.malformed(
                    at,
                    what
                            + " is section "
                            + Integer.toUnsignedString(index)
                            + " of "
                            + sections.length);
        }
        return sections[index];
    }

    /** A section's name. */
    String name(SectionHeader section) throws MalformedObjectException {
        return string(sections[names], section.name(), "the name of section " + section.index());
    }

    /** The content of a section; empty if it takes no room in the file. */
    MemorySegment content(SectionHeader section) {
        return section.isZeroFill()
                ? MemorySegment.NULL
                : bytes.bytes().asSlice(section.offset(), section.sizeBytes());
    }

    /** A string of a string table. */
    String string(SectionHeader table, int offset, String what) throws MalformedObjectException {
        long unsigned = Integer.toUnsignedLong(offset);
        if (unsigned >= table.sizeBytes()) {
            throw bytes.malformed(
                    table.offset(),
                    what
                            + " is at 0x"
                            + Long.toHexString(unsigned)
                            + " of a string table of 0x"
                            + Long.toHexString(table.sizeBytes())
                            + " bytes");
        }
        return nameReader.name(table.offset() + unsigned, table.offset() + table.sizeBytes(), what);
    }

    /** Requires that a section is a string table. */
    SectionHeader requireStrings(SectionHeader table) throws MalformedObjectException {
        if (table.type() != Elf.SHT_STRTAB) {
            throw bytes.malformed(
                    table.offset(),
                    "section "
                            + table.index()
                            + " has type "
                            + table.type()
                            + ", is no SHT_STRTAB");
        }
        return table;
    }

    /**
     * How many entries a table has.
     *
     * @param entryBytes what {@code sh_entsize} must be
     */
    int entryCount(SectionHeader table, int entryBytes) throws MalformedObjectException {
        if (table.entryBytes() != entryBytes || table.sizeBytes() % entryBytes != 0) {
            throw bytes.malformed(
                    table.offset(),
                    "section "
                            + table.index()
                            + " of 0x"
                            + Long.toHexString(table.sizeBytes())
                            + " bytes has entries of 0x"
                            + Long.toHexString(table.entryBytes())
                            + " bytes, not of "
                            + entryBytes);
        }
        long count = table.sizeBytes() / entryBytes;
        if (count > MOST_ENTRIES) {
            throw bytes.malformed(
                    table.offset(),
                    "section "
                            + table.index()
                            + " has "
                            + count
                            + " entries; the limit is "
                            + MOST_ENTRIES);
        }
        return (int) count;
    }
}
