package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;

/** The code by which guest code calls a Java function: it passes the function's number on. */
public final class EntryCode {
    /** Bytes between one entry and the next. */
    public static final int BYTES = 32;

    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                      b800000000[index:imm32]  movl $index, %eax
                      49bb0000000000000000[upcall:imm64]  movabsq $upcall, %r11
                      41ffe3  jmpq *%r11
                    """);

    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                      10008052[index:move16]  movz w16, #:abs_g0:index
                      71000058  ldr x17, upcall_at
                      20021fd6  br x17
                      1f2003d5  nop
                    upcall_at:
                      0000000000000000[upcall:word64]  .quad upcall
                    """);

    private EntryCode() {}

    /**
     * Returns the code of an entry.
     *
     * @param index the function's number
     * @param upcall the address of the part that calls it, such as {@link GuestProgram#UPCALL}
     */
    public static byte[] of(Processor processor, int index, ExecutorAddress upcall) {
        CodeListing listing =
                switch (processor) {
                    case X86_64 -> X64;
                    case AARCH64 -> AARCH64;
                };
        return listing.fill().with("index", index).with("upcall", upcall.value()).bytes();
    }
}
