package dev.orcinus.formats.elf;

import dev.orcinus.formats.elf.ElfExecutable.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes {@code .debug_frame}. Source: DWARF 5, 6.4.1. It has no state. */
final class DebugFrames {
    private static final int ALIGNMENT_BYTES = 8;
    private static final int MOST_ENTRY_BYTES = 256;
    private static final int COMMON = -1;

    private DebugFrames() {}

    static byte[] write(int machine, List<Frame> frames, long codeAddress) {
        ByteBuffer out =
                ByteBuffer.allocate((frames.size() + 1) * MOST_ENTRY_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        int returnAddress = machine == Elf.EM_X86_64 ? 16 : 30;
        out.putInt(0).putInt(COMMON).put((byte) 1).put((byte) 0); // version 1, no augmentation
        out.put((byte) 1).put((byte) 0x78).put((byte) returnAddress); // bytes, words of -8 bytes
        end(out, 0);
        for (Frame frame : frames) {
            int start = out.position();
            out.putInt(0).putInt(0);
            out.putLong(codeAddress + frame.start()).putLong(frame.end() - frame.start());
            out.put(frame.rows().bytes());
            end(out, start);
        }
        byte[] all = new byte[out.position()];
        out.get(0, all);
        return all;
    }

    private static void end(ByteBuffer out, int start) {
        while (out.position() % ALIGNMENT_BYTES != 0) {
            out.put((byte) 0);
        }
        out.putInt(start, out.position() - start - Integer.BYTES);
    }
}
