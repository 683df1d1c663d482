package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.nio.ByteBuffer;

/**
 * The header of an ELF64 little-endian file ({@code Elf64_Ehdr}).
 *
 * @param type {@code e_type}
 * @param machine {@code e_machine}
 * @param programOffset {@code e_phoff}
 * @param sectionOffset {@code e_shoff}
 * @param programCount {@code e_phnum}
 * @param sectionEntryBytes {@code e_shentsize}
 * @param sectionCount {@code e_shnum}
 * @param nameSection {@code e_shstrndx}
 */
public record ElfHeader(
        int type,
        int machine,
        long programOffset,
        long sectionOffset,
        int programCount,
        int sectionEntryBytes,
        int sectionCount,
        int nameSection) {
    /** {@code sizeof(Elf64_Ehdr)}. */
    static final int BYTES = 64;

    static final int E_SHENTSIZE = 58;
    static final int E_SHNUM = 60;
    static final int E_SHSTRNDX = 62;

    private static final int E_TYPE = 16;
    private static final int E_MACHINE = 18;
    private static final int E_PHOFF = 32;
    private static final int E_SHOFF = 40;
    private static final int E_PHNUM = 56;

    /** Reads the header of a file. */
    public static ElfHeader read(FileBytes bytes) throws MalformedFileException {
        ElfIdent ident = ElfIdent.read(bytes);
        if (!ident.isElf64LittleEndian()) {
            throw bytes.malformed(0, ident + " is not that of a 64-bit little-endian file");
        }
        return new ElfHeader(
                bytes.u16(E_TYPE),
                bytes.u16(E_MACHINE),
                bytes.u64(E_PHOFF),
                bytes.u64(E_SHOFF),
                bytes.u16(E_PHNUM),
                bytes.u16(E_SHENTSIZE),
                bytes.u16(E_SHNUM),
                bytes.u16(E_SHSTRNDX));
    }

    /**
     * Writes the header.
     *
     * @param entry {@code e_entry}; 0 if it is no program
     */
    void write(ByteBuffer out, long entry) {
        ElfIdent.ELF64_LITTLE_ENDIAN.write(out);
        out.putShort((short) type).putShort((short) machine).putInt(1); // e_version
        out.putLong(entry).putLong(programOffset).putLong(sectionOffset); // e_phoff, e_shoff
        out.putInt(0).putShort((short) BYTES); // e_flags, e_ehsize
        out.putShort((short) (programCount == 0 ? 0 : ProgramHeader.BYTES));
        out.putShort((short) programCount).putShort((short) sectionEntryBytes);
        out.putShort((short) sectionCount).putShort((short) nameSection);
    }
}
