package dev.orcinus.loader.format.macho.unwind;

import java.lang.foreign.MemorySegment;

/** The meaning of the 32 bits by which a processor's compact unwind info describes a frame. */
interface Encoding {
    /** {@code UNWIND_X86_64_MODE_MASK}, and that of the other processors. */
    int MODE = 0x0f00_0000;

    /** An encoding that is not known. */
    final class BadEncodingException extends Exception {
        private static final long serialVersionUID = 1L;

        BadEncodingException(int encoding, String problem) {
            super("has the encoding 0x" + Integer.toHexString(encoding) + ", " + problem);
        }
    }

    /** Returns the encoding of a processor, with the name that a graph has. */
    static Encoding of(String architecture) {
        return architecture.equals("aarch64") ? new AArch64Encoding() : new X64Encoding();
    }

    /**
     * Returns the frame that a function has, or null if the encoding does not describe it: the
     * function has no frame, or {@code __eh_frame} describes it.
     *
     * @param function the function's instructions
     */
    Frame frame(int encoding, MemorySegment function) throws BadEncodingException;

    /** Returns the frame at a function's first instruction, which its CIE contains. */
    Frame entry();

    /** Returns the number of the column for the return address. */
    int returnColumn();
}
