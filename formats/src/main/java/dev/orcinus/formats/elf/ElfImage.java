package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.ReadableMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A program or library as a process has it in memory.
 *
 * @param bias what is added to an address of the file for the address in memory
 * @param frameTable the address of {@code .eh_frame_hdr}, if it has one
 */
public record ElfImage(long bias, OptionalLong frameTable) {
    private static final int MOST_HEADERS = 256;

    /**
     * Returns the image whose file begins at an address; empty if no ELF file does.
     *
     * @param start where the first bytes of the file are mapped
     */
    public static Optional<ElfImage> at(ReadableMemory memory, long start) {
        byte[] head = new byte[ElfHeader.BYTES];
        if (!memory.read(start, head)) {
            return Optional.empty();
        }
        try {
            ElfHeader header =
                    ElfHeader.read(new FileBytes("an image", MemorySegment.ofArray(head)));
            int count = Math.min(MOST_HEADERS, header.programCount());
            byte[] headers = new byte[count * ProgramHeader.BYTES];
            return memory.read(start + header.programOffset(), headers)
                    ? Optional.of(
                            read(new FileBytes("an image", MemorySegment.ofArray(headers)), start))
                    : Optional.empty();
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    private static ElfImage read(FileBytes headers, long start) {
        long bias = start;
        OptionalLong frameTable = OptionalLong.empty();
        for (long at = 0; at < headers.sizeBytes(); at += ProgramHeader.BYTES) {
            int type = headers.u32(at);
            long offset = headers.u64(at + 8);
            long address = headers.u64(at + 16);
            if (type == Elf.PT_LOAD && offset == 0) {
                bias = start - address;
            } else if (type == Elf.PT_GNU_EH_FRAME) {
                frameTable = OptionalLong.of(address);
            }
        }
        return new ElfImage(
                bias,
                frameTable.isEmpty() ? frameTable : OptionalLong.of(frameTable.getAsLong() + bias));
    }
}
