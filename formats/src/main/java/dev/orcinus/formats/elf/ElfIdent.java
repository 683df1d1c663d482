package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.nio.ByteBuffer;

/**
 * The first bytes of an ELF file ({@code e_ident}), which say how to read the others.
 *
 * @param fileClass {@code EI_CLASS}
 * @param encoding {@code EI_DATA}
 * @param version {@code EI_VERSION}
 */
public record ElfIdent(int fileClass, int encoding, int version) {
    private static final int ELFMAG = 0x464c457f;
    private static final int EI_CLASS = 4;
    private static final int EI_DATA = 5;
    private static final int EI_VERSION = 6;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int EV_CURRENT = 1;

    /** The first bytes of the files that this package reads and writes. */
    static final ElfIdent ELF64_LITTLE_ENDIAN = new ElfIdent(ELFCLASS64, ELFDATA2LSB, EV_CURRENT);

    /** Reads the first bytes of a file. */
    public static ElfIdent read(FileBytes bytes) throws MalformedFileException {
        bytes.require(0, ElfHeader.BYTES, "the ELF header");
        if (bytes.u32(0) != ELFMAG) {
            throw bytes.malformed(0, "this is no ELF file");
        }
        return new ElfIdent(bytes.u8(EI_CLASS), bytes.u8(EI_DATA), bytes.u8(EI_VERSION));
    }

    /** Returns whether the file is a 64-bit little-endian one, the kind that can be read. */
    public boolean isElf64LittleEndian() {
        return fileClass == ELFCLASS64 && encoding == ELFDATA2LSB && version == EV_CURRENT;
    }

    /** Writes the 16 bytes. */
    void write(ByteBuffer out) {
        out.putInt(ELFMAG).put((byte) fileClass).put((byte) encoding).put((byte) version);
        out.put((byte) 0).putLong(0); // EI_OSABI, EI_ABIVERSION and padding
    }
}
