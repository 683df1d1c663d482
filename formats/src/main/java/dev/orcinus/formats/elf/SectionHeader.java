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

    /** Reads the header at an offset that has been checked; its content lies in the file. */
    static SectionHeader read(FileBytes bytes, long at, int index) throws MalformedFileException {
        long alignment = bytes.u64(at + SH_ADDRALIGN);
        if (Long.bitCount(alignment) > 1) {
            throw bytes.malformed(
                    at + SH_ADDRALIGN,
                    "section %d: sh_addralign is 0x%x, no power of two"
                            .formatted(index, alignment));
        }
        SectionHeader header =
                new SectionHeader(
                        index,
                        bytes.u32(at),
                        bytes.u32(at + 4),
                        bytes.u64(at + 8),
                        bytes.u64(at + SH_ADDR),
                        bytes.u64(at + 24),
                        bytes.u64(at + SH_SIZE),
                        bytes.u32(at + SH_LINK),
                        bytes.u32(at + 44),
                        alignment == 0 ? 1 : alignment,
                        bytes.u64(at + 56));
        boolean isUnused = index == 0 && header.type == Elf.SHT_NULL; // its fields may count others
        if (!isUnused && !header.isZeroFill()) {
            bytes.require(header.offset, header.sizeBytes, "section " + index);
        }
        return header;
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
