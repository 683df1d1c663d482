package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The unwind table of code whose frames have no caller: debuggers end their backtraces there, and
 * an exception that gets there is uncaught. Source: the LSB, "Exception Frames", and DWARF 4, 6.4.
 */
final class EndOfStack {
    /** The length of {@code .eh_frame}: one CIE, one FDE, and the word that ends it. */
    static final int FRAME_BYTES = 24 + 20 + 4;

    /** The length of {@code .eh_frame_hdr}, without a table for searching. */
    static final int HEADER_BYTES = 8;

    private static final int PC_RELATIVE_INT = 0x1b; // DW_EH_PE_pcrel | DW_EH_PE_sdata4
    private static final int OMITTED = 0xff; // DW_EH_PE_omit
    private static final int DW_CFA_UNDEFINED = 0x07;
    private static final int DW_CFA_DEF_CFA = 0x0c;
    private static final int CIE_BYTES = 24;

    private EndOfStack() {}

    /**
     * Returns the bytes of {@code .eh_frame}.
     *
     * @param at its address
     * @param code the address of the code
     */
    static byte[] frame(int machine, long at, long code, int codeBytes) {
        boolean isX64 = machine == Elf.EM_X86_64;
        int returnColumn = isX64 ? 16 : 30;
        int stackColumn = isX64 ? 7 : 31;
        ByteBuffer out = ByteBuffer.allocate(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(CIE_BYTES - 4).putInt(0);
        out.put(new byte[] {1, 'z', 'R', 0, 1, 0x78}); // alignment of code 1, of data -8
        out.put((byte) returnColumn).put((byte) 1).put((byte) PC_RELATIVE_INT);
        out.put((byte) DW_CFA_DEF_CFA).put((byte) stackColumn).put((byte) 8);
        out.put((byte) DW_CFA_UNDEFINED).put((byte) returnColumn);
        out.position(CIE_BYTES);
        out.putInt(16).putInt(CIE_BYTES + 4);
        out.putInt(Math.toIntExact(code - (at + CIE_BYTES + 8))).putInt(codeBytes);
        return out.array();
    }

    /**
     * Returns the bytes of {@code .eh_frame_hdr}, by which unwinders find {@code .eh_frame}.
     *
     * @param at its address
     * @param frame the address of {@code .eh_frame}
     */
    static byte[] header(long at, long frame) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 1).put((byte) PC_RELATIVE_INT).put((byte) OMITTED).put((byte) OMITTED);
        return out.putInt(Math.toIntExact(frame - (at + 4))).array();
    }
}
