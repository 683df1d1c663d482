package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.linux.Processor;
import java.lang.foreign.MemorySegment;

/** Code of which every function returns at once, wherever in it the function begins. */
public final class ReturningCode {
    static final CodeListing X64 =
            CodeListing.x64(
                    """
                    again:
                      c3  retq
                    """);

    static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    again:
                      c0035fd6  ret
                    """);

    private ReturningCode() {}

    /** Returns so many bytes of it; a multiple of the size of an instruction. */
    public static MemorySegment of(Processor processor, long sizeBytes) {
        byte[] one = (processor == Processor.X86_64 ? X64 : AARCH64).bytes();
        byte[] all = new byte[Math.toIntExact(sizeBytes)];
        for (int at = 0; at < all.length; at += one.length) {
            System.arraycopy(one, 0, all, at, one.length);
        }
        return MemorySegment.ofArray(all);
    }
}
