package dev.orcinus.platform.linux;

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

    private static final CodeListing FAULT_FILTER =
            CodeListing.aarch64(
                    """
                    # uc_mcontext.pc of the third argument
                      49dc40f9                      ldr x9, [x2, #440]
                      6a050058                      ldr x10, first_start_at
                      8b050058                      ldr x11, first_size_at
                      2a010acb                      sub x10, x9, x10
                      5f010beb                      cmp x10, x11
                      43040054                      b.lo pass
                      4a050058                      ldr x10, second_start_at
                      6b050058                      ldr x11, second_size_at
                      2a010acb                      sub x10, x9, x10
                      5f010beb                      cmp x10, x11
                      a3030054                      b.lo pass
                      fd7bbca9                      stp x29, x30, [sp, #-64]!
                      fd030091                      mov x29, sp
                      e00701a9                      stp x0, x1, [sp, #16]
                      e24f02a9                      stp x2, x19, [sp, #32]
                    # dup(1)
                      200080d2                      mov x0, #1
                      e80280d2                      mov x8, #23
                      010000d4                      svc #0
                      f30300aa                      mov x19, x0
                    # dup3(2, 1, 0)
                      400080d2                      mov x0, #2
                      210080d2                      mov x1, #1
                      020080d2                      mov x2, #0
                      080380d2                      mov x8, #24
                      010000d4                      svc #0
                      e00741a9                      ldp x0, x1, [sp, #16]
                      e21340f9                      ldr x2, [sp, #32]
                      10020058                      ldr x16, handler_at
                      00023fd6                      blr x16
                    # dup3(copy, 1, 0)
                      e00313aa                      mov x0, x19
                      210080d2                      mov x1, #1
                      020080d2                      mov x2, #0
                      080380d2                      mov x8, #24
                      010000d4                      svc #0
                    # close(copy)
                      e00313aa                      mov x0, x19
                      280780d2                      mov x8, #57
                      010000d4                      svc #0
                      f31740f9                      ldr x19, [sp, #40]
                      fd7bc4a8                      ldp x29, x30, [sp], #64
                      c0035fd6                      ret
                    pass:
                      70000058                      ldr x16, handler_at
                      00021fd6                      br x16
                      1f2003d5                      nop
                    handler_at:
                      0000000000000000[handler:word64]  .quad handler
                    first_start_at:
                      0000000000000000[first_start:word64]  .quad first_start
                    first_size_at:
                      0000000000000000[first_size:word64]  .quad first_size
                    second_start_at:
                      0000000000000000[second_start:word64]  .quad second_start
                    second_size_at:
                      0000000000000000[second_size:word64]  .quad second_size
                    """);

    @Override
    public CodeListing entryListing() {
        return ENTRY;
    }

    @Override
    public CodeListing callListing() {
        return CALL;
    }

    @Override
    public CodeListing faultFilterListing() {
        return FAULT_FILTER;
    }
}
