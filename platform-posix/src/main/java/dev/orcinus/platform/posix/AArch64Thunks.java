package dev.orcinus.platform.posix;

import dev.orcinus.formats.code.CodeListing;

/** AArch64, AAPCS64: a struct of two longs returns in {@code x0} and {@code x1}. */
record AArch64Thunks() implements Thunks {
    private static final CodeListing ENTRY =
            CodeListing.aarch64(
                    """
                      fd7bbea9                  stp x29, x30, [sp, #-32]!
                      fd030091                  mov x29, sp
                      04008052[index:move16]    movz w4, #:abs_g0:index
                      e5430091                  add x5, sp, #16
                      10000058[slot:literal19]  ldr x16, slot
                      00023fd6                  blr x16
                      e00741a9                  ldp x0, x1, [sp, #16]
                      fd7bc2a8                  ldp x29, x30, [sp], #32
                      c0035fd6                  ret
                    """);

    private static final CodeListing CALL =
            CodeListing.aarch64(
                    """
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      fd030091  mov x29, sp
                      e30b00f9  str x3, [sp, #16]
                      f00300aa  mov x16, x0
                      e00301aa  mov x0, x1
                      e10302aa  mov x1, x2
                      00023fd6  blr x16
                      e30b40f9  ldr x3, [sp, #16]
                      600400a9  stp x0, x1, [x3]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    """);

    @Override
    public CodeListing entryListing() {
        return ENTRY;
    }

    @Override
    public CodeListing callListing() {
        return CALL;
    }
}
