package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the smallest ELF executable: one segment at a fixed address, which can be read and
 * executed. The kernel starts it without a dynamic linker. Source: the ELF gABI, "Program Loading
 * and Dynamic Linking". It has no state.
 */
public final class OneSegmentExecutable {
    /** The address of the first byte of the content. */
    public static final int CONTENT_ADDRESS = 0x1000_0000 + ElfHeader.BYTES + ProgramHeader.BYTES;

    private static final int PAGE_BYTES = 0x10000;

    private OneSegmentExecutable() {}

    /**
     * Returns the bytes of its file. The program starts at the first byte of the content.
     *
     * @param machine {@link Elf#EM_X86_64} or {@link Elf#EM_AARCH64}
     */
    public static byte[] write(int machine, byte[] content) {
        int headerBytes = ElfHeader.BYTES + ProgramHeader.BYTES;
        ByteBuffer file =
                ByteBuffer.allocate(headerBytes + content.length).order(ByteOrder.LITTLE_ENDIAN);
        new ElfHeader(Elf.ET_EXEC, machine, ElfHeader.BYTES, 0, 1, 0, 0, 0)
                .write(file, CONTENT_ADDRESS);
        new ProgramHeader(
                        Elf.PT_LOAD,
                        Elf.PF_R | Elf.PF_X,
                        0,
                        CONTENT_ADDRESS - headerBytes,
                        file.capacity(),
                        file.capacity(),
                        PAGE_BYTES)
                .write(file);
        return file.put(content).array();
    }
}
