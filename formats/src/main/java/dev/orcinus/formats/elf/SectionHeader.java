package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.nio.ByteBuffer;

/**
 * A section header ({@code Elf64_Shdr}).
 *
 * @param index its place in the table
 * @param name {@code sh_name}, an offset in the section name string table
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param address {@code sh_addr}
 * @param offset {@code sh_offset}
 * @param sizeBytes {@code sh_size}
 * @param link {@code sh_link}
 * @param info {@code sh_info}
 * @param alignmentBytes {@code sh_addralign}, with 0 read as 1
 * @param entryBytes {@code sh_entsize}
 */
public record SectionHeader(
        int index,
        int name,
        int type,
        long flags,
        long address,
        long offset,
        long sizeBytes,
        int link,
        int info,
        long alignmentBytes,
        long entryBytes) {
    /** {@code sizeof(Elf64_Shdr)}. */
    public static final int BYTES = 64;

    /** The place of {@code sh_addr} in a header. */
    public static final int SH_ADDR = 16;

    static final int SH_SIZE = 32;
    static final int SH_LINK = 40;

    private static final int SH_ADDRALIGN = 48;

    /** Reads a row of the table, which lies in the file; its content does, too. */
    static SectionHeader read(FileBytes bytes, long table, Rows rows, int index)
            throws MalformedFileException {
        long alignment = rows.word(index, SH_ADDRALIGN / Long.BYTES);
        if (Long.bitCount(alignment) > 1) {
            throw bytes.malformed(
                    table + (long) index * BYTES + SH_ADDRALIGN,
                    "section %d: sh_addralign is 0x%x, no power of two"
                            .formatted(index, alignment));
        }
        long nameAndType = rows.word(index, 0);
        long linkAndInfo = rows.word(index, SH_LINK / Long.BYTES);
        SectionHeader header =
                new SectionHeader(
                        index,
                        (int) nameAndType,
                        (int) (nameAndType >>> Integer.SIZE),
                        rows.word(index, 1),
                        rows.word(index, SH_ADDR / Long.BYTES),
                        rows.word(index, 3),
                        rows.word(index, SH_SIZE / Long.BYTES),
                        (int) linkAndInfo,
                        (int) (linkAndInfo >>> Integer.SIZE),
                        alignment == 0 ? 1 : alignment,
                        rows.word(index, 7));
        boolean isUnused = index == 0 && header.type == Elf.SHT_NULL; // its fields may count others
        if (!isUnused && !header.isZeroFill()) {
            header.requireContent(bytes);
        }
        return header;
    }

    private void requireContent(FileBytes bytes) throws MalformedFileException {
        if (offset < 0 || sizeBytes < 0 || sizeBytes > bytes.sizeBytes() - offset) {
            bytes.require(offset, sizeBytes, "section " + index);
        }
    }

    /** Returns whether the section has a flag. */
    public boolean has(long flag) {
        return (flags & flag) != 0;
    }

    /** Returns whether the section takes no room in the file. */
    public boolean isZeroFill() {
        return type == Elf.SHT_NOBITS;
    }

    /** Writes the header. */
    void write(ByteBuffer out) {
        out.putInt(name).putInt(type).putLong(flags).putLong(address).putLong(offset);
        out.putLong(sizeBytes).putInt(link).putInt(info).putLong(alignmentBytes);
        out.putLong(entryBytes);
    }
}
