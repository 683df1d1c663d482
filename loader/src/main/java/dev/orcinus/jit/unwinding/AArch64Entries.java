package dev.orcinus.jit.unwinding;

import dev.orcinus.formats.code.CodeListing;

/**
 * The code between Java and native code on AArch64. Stack arguments are copied, an even number of
 * words.
 */
final class AArch64Entries {
    /**
     * The personality of calls into native code. It stops every exception there: in the search, it
     * collects the frames of the throw and shows them to Java; then it installs the landing place
     * of the call.
     */
    static final CodeListing PERSONALITY =
            CodeListing.aarch64(
                    """
                    personality:
                      fd7bbea9                         stp x29, x30, [sp, #-32]!
                      fd030091                         mov x29, sp
                      e40b00f9                         str x4, [sp, #16]
                      a1000037                         tbnz w1, #0, search
                      a1021037                         tbnz w1, #2, install
                      00018052                         mov w0, #8
                      fd7bc2a8                         ldp x29, x30, [sp], #32
                      c0035fd6                         ret
                    search:
                      e30f00f9                         str x3, [sp, #24]
                      ff0308d1                         sub sp, sp, #512
                      e0030091                         mov x0, sp
                      01088052                         mov w1, #64
                      11000090[backtrace:page21]       adrp x17, backtrace
                      310240f9[backtrace:access12]     ldr x17, [x17, :lo12:backtrace]
                      20023fd6                         blr x17
                      027c4093                         sxtw x2, w0
                      a00f40f9                         ldr x0, [x29, #24]
                      e1030091                         mov x1, sp
                      11000090[searching:page21]       adrp x17, searching
                      310240f9[searching:access12]     ldr x17, [x17, :lo12:searching]
                      20023fd6                         blr x17
                      bf030091                         mov sp, x29
                      c0008052                         mov w0, #6
                      fd7bc2a8                         ldp x29, x30, [sp], #32
                      c0035fd6                         ret
                    install:
                      e00304aa                         mov x0, x4
                      01008052                         mov w1, #0
                      e20303aa                         mov x2, x3
                      11000090[set_register:page21]    adrp x17, set_register
                      310240f9[set_register:access12]  ldr x17, [x17, :lo12:set_register]
                      20023fd6                         blr x17
                      e00b40f9                         ldr x0, [sp, #16]
                      11000090[region_start:page21]    adrp x17, region_start
                      310240f9[region_start:access12]  ldr x17, [x17, :lo12:region_start]
                      20023fd6                         blr x17
                      01200191                         add x1, x0, #72
                      e00b40f9                         ldr x0, [sp, #16]
                      11000090[set_address:page21]     adrp x17, set_address
                      310240f9[set_address:access12]   ldr x17, [x17, :lo12:set_address]
                      20023fd6                         blr x17
                      e0008052                         mov w0, #7
                      fd7bc2a8                         ldp x29, x30, [sp], #32
                      c0035fd6                         ret
                    """);

    /** Calls a function; what it throws lands behind the call. */
    static final CodeListing CALL =
            CodeListing.aarch64(
                    """
                      fd7bbfa9                     stp x29, x30, [sp, #-16]!
                      fd030091                     mov x29, sp
                      10000090[words:page21]       adrp x16, words
                      100240f9[words:access12]     ldr x16, [x16, :lo12:words]
                      f00000b5                     cbnz x16, copy
                    go:
                      11000090[function:page21]    adrp x17, function
                      310240f9[function:access12]  ldr x17, [x17, :lo12:function]
                      20023fd6                     blr x17
                      bf030091                     mov sp, x29
                      fd7bc1a8                     ldp x29, x30, [sp], #16
                      c0035fd6                     ret
                    copy:
                      af430091                     add x15, x29, #16
                      ef0d108b                     add x15, x15, x16, lsl #3
                    copying:
                      ec35ffa9                     ldp x12, x13, [x15, #-16]!
                      ec37bfa9                     stp x12, x13, [sp, #-16]!
                      100a00f1                     subs x16, x16, #2
                      a1ffff54                     b.ne copying
                      f4ffff17                     b go
                    landing:
                      11000090[caught:page21]      adrp x17, caught
                      310240f9[caught:access12]    ldr x17, [x17, :lo12:caught]
                      20023fd6                     blr x17
                      e0031faa                     mov x0, xzr
                      e1031faa                     mov x1, xzr
                      00e4006f                     movi v0.2d, #0
                      01e4006f                     movi v1.2d, #0
                      02e4006f                     movi v2.2d, #0
                      03e4006f                     movi v3.2d, #0
                      bf030091                     mov sp, x29
                      fd7bc1a8                     ldp x29, x30, [sp], #16
                      c0035fd6                     ret
                    """);

    /**
     * Calls Java; what Java has thrown is raised when the call has returned. If that is not
     * possible, Java gets it back.
     */
    static final CodeListing CALLBACK =
            CodeListing.aarch64(
                    """
                      fd7bbfa9                            stp x29, x30, [sp, #-16]!
                      fd030091                            mov x29, sp
                      10000090[words:page21]              adrp x16, words
                      100240f9[words:access12]            ldr x16, [x16, :lo12:words]
                      500100b5                            cbnz x16, copy
                    go:
                      11000090[function:page21]           adrp x17, function
                      310240f9[function:access12]         ldr x17, [x17, :lo12:function]
                      20023fd6                            blr x17
                      10000090[raising:page21]            adrp x16, raising
                      100240f9[raising:access12]          ldr x16, [x16, :lo12:raising]
                      700100b5                            cbnz x16, raise
                      bf030091                            mov sp, x29
                      fd7bc1a8                            ldp x29, x30, [sp], #16
                      c0035fd6                            ret
                    copy:
                      af430091                            add x15, x29, #16
                      ef0d108b                            add x15, x15, x16, lsl #3
                    copying:
                      ec35ffa9                            ldp x12, x13, [x15, #-16]!
                      ec37bfa9                            stp x12, x13, [sp, #-16]!
                      100a00f1                            subs x16, x16, #2
                      a1ffff54                            b.ne copying
                      f1ffff17                            b go
                    raise:
                      e007bca9                            stp x0, x1, [sp, #-64]!
                      e007016d                            stp d0, d1, [sp, #16]
                      e20f026d                            stp d2, d3, [sp, #32]
                      11000090[take:page21]               adrp x17, take
                      310240f9[take:access12]             ldr x17, [x17, :lo12:take]
                      20023fd6                            blr x17
                      200100b4                            cbz x0, restore
                      e01b00f9                            str x0, [sp, #48]
                      11000090[raise_exception:page21]    adrp x17, raise_exception
                      310240f9[raise_exception:access12]  ldr x17, [x17, :lo12:raise_exception]
                      20023fd6                            blr x17
                      e01b40f9                            ldr x0, [sp, #48]
                      11000090[unraised:page21]           adrp x17, unraised
                      310240f9[unraised:access12]         ldr x17, [x17, :lo12:unraised]
                      20023fd6                            blr x17
                    restore:
                      e007416d                            ldp d0, d1, [sp, #16]
                      e20f426d                            ldp d2, d3, [sp, #32]
                      e007c4a8                            ldp x0, x1, [sp], #64
                      bf030091                            mov sp, x29
                      fd7bc1a8                            ldp x29, x30, [sp], #16
                      c0035fd6                            ret
                    """);

    private AArch64Entries() {}
}
