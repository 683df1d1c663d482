package dev.orcinus.formats.elf;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import dev.orcinus.formats.elf.ElfWriter.Room;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An object file that tells debuggers of code that somebody else has made, and whose functions keep
 * a frame pointer: the caller's frame pointer and the return address are where it points to.
 * Source: the ELF gABI; DWARF 5, 6.4, in the form of {@code .eh_frame}. It has no state.
 */
public final class FramedCodeObject {
    private static final int SYMBOLS = 3;
    private static final int ALIGNMENT_BYTES = 8;
    private static final int FRAME_BYTES = 2 * Long.BYTES;
    private static final int DEF_CFA = 0x0c;
    private static final int OFFSET = 0x80;

    private FramedCodeObject() {}

    /** The DWARF numbers of a processor's registers. */
    private record Registers(int framePointer, int returnAddress) {
        static Registers of(int machine) {
            return switch (machine) {
                case Elf.EM_X86_64 -> new Registers(6, 16);
                case Elf.EM_AARCH64 -> new Registers(29, 30);
                default -> throw new IllegalArgumentException("machine " + machine);
            };
        }
    }

    /**
     * Returns the file.
     *
     * @param machine {@code e_machine}
     * @param name of all of the code
     * @param start its address
     * @param sizeBytes its size
     */
    public static byte[] write(int machine, String name, long start, long sizeBytes) {
        ElfWriter file = new ElfWriter(Elf.ET_REL, machine, 0);
        Kind code = new Kind(".text", Elf.SHT_NOBITS, Elf.SHF_ALLOC | Elf.SHF_EXECINSTR);
        file.section(code, file.room(0, 1), start, sizeBytes);
        byte[] frames = frames(Registers.of(machine), start, sizeBytes);
        Room room = file.room(frames.length, ALIGNMENT_BYTES);
        // Debuggers want an address that differs from others; nothing is there.
        file.section(new Kind(".eh_frame", Elf.SHT_PROGBITS, Elf.SHF_ALLOC), room, 1);
        file.put(room, frames);
        StringTable names = new StringTable();
        ByteBuffer symbols =
                ByteBuffer.allocate(2 * ElfSymbol.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(ElfSymbol.BYTES);
        new ElfSymbol(names.add(name), Elf.STT_FUNC, 1, 0, sizeBytes).write(symbols);
        file.section(
                new Kind(".symtab", Elf.SHT_SYMTAB, 0, SYMBOLS + 1, 1, ElfSymbol.BYTES),
                symbols.array(),
                ALIGNMENT_BYTES);
        file.section(new Kind(".strtab", Elf.SHT_STRTAB, 0), names.bytes(), 1);
        return file.write();
    }

    /** Returns an entry that all functions of the code share, and one for its addresses. */
    private static byte[] frames(Registers registers, long start, long sizeBytes) {
        ByteBuffer out = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).putInt(0).put((byte) 1).put((byte) 0); // version 1, no augmentation
        out.put((byte) 1).put((byte) 0x78).put((byte) registers.returnAddress);
        out.put((byte) DEF_CFA).put((byte) registers.framePointer).put((byte) FRAME_BYTES);
        out.put((byte) (OFFSET | registers.returnAddress)).put((byte) 1);
        out.put((byte) (OFFSET | registers.framePointer)).put((byte) 2);
        int common = end(out, 0);
        out.putInt(0).putInt(common + Integer.BYTES).putLong(start).putLong(sizeBytes);
        int all = end(out, common);
        out.putInt(0);
        byte[] bytes = new byte[all + Integer.BYTES];
        out.get(0, bytes);
        return bytes;
    }

    /** Fills an entry up to a multiple of the alignment, and returns its end. */
    private static int end(ByteBuffer out, int start) {
        while (out.position() % ALIGNMENT_BYTES != 0) {
            out.put((byte) 0);
        }
        out.putInt(start, out.position() - start - Integer.BYTES);
        return out.position();
    }
}
