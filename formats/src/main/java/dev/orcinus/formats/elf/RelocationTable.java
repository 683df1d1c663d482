package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;

/**
 * A section of relocations ({@code SHT_RELA} or {@code SHT_REL}), whose entries are read on demand.
 */
public final class RelocationTable {
    private static final int RELA_BYTES = ElfRelocation.BYTES;
    private static final int REL_BYTES = 16;

    private final Rows rows;
    private final long start;
    private final int count;
    private final boolean hasAddends;

    private RelocationTable(FileBytes bytes, long start, int count, boolean hasAddends) {
        this.rows = Rows.inOrder(bytes, start, count, hasAddends ? RELA_BYTES : REL_BYTES);
        this.start = start;
        this.count = count;
        this.hasAddends = hasAddends;
    }

    /** Returns whether a section holds relocations. */
    public static boolean isOne(SectionHeader section) {
        return section.type() == Elf.SHT_RELA || section.type() == Elf.SHT_REL;
    }

    /** Returns the relocations of a section that holds some. */
    public static RelocationTable of(ElfFile file, SectionHeader section)
            throws MalformedFileException {
        boolean hasAddends = section.type() == Elf.SHT_RELA;
        int count = file.entryCount(section, hasAddends ? RELA_BYTES : REL_BYTES);
        return new RelocationTable(file.bytes(), section.offset(), count, hasAddends);
    }

    /** Returns how many relocations there are. */
    public int count() {
        return count;
    }

    /**
     * Returns whether the entries hold the addends; if not, these are in the bytes to be relocated.
     */
    public boolean hasAddends() {
        return hasAddends;
    }

    /** Returns the offset of an entry in the file. */
    public long at(int index) {
        return start + (long) index * (hasAddends ? RELA_BYTES : REL_BYTES);
    }

    /** Returns {@code r_offset}. */
    public long offset(int index) {
        return rows.word(index, 0);
    }

    /** Returns {@code ELF64_R_TYPE(r_info)}. */
    public int type(int index) {
        return (int) rows.word(index, 1);
    }

    /** Returns {@code ELF64_R_SYM(r_info)}. */
    public int symbol(int index) {
        return (int) (rows.word(index, 1) >>> 32);
    }

    /** Returns {@code r_addend} of a table that {@link #hasAddends}. */
    public long addend(int index) {
        return rows.word(index, 2);
    }
}
