package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;

/**
 * A program header ({@code Elf64_Phdr}): a part of the file that a process has in memory.
 *
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param offset {@code p_offset}
 * @param address {@code p_vaddr}
 * @param fileBytes {@code p_filesz}
 * @param memoryBytes {@code p_memsz}
 * @param alignmentBytes {@code p_align}
 */
record ProgramHeader(
        int type,
        int flags,
        long offset,
        long address,
        long fileBytes,
        long memoryBytes,
        long alignmentBytes) {
    /** {@code sizeof(Elf64_Phdr)}. */
    static final int BYTES = 56;

    /** Writes the header. */
    void write(ByteBuffer out) {
        out.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
        out.putLong(fileBytes).putLong(memoryBytes).putLong(alignmentBytes);
    }
}
