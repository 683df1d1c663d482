package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.code.HoleField;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.arch.aarch64.AArch64EdgeKind;
import dev.orcinus.loader.graph.EdgeKind;
import java.util.List;
import java.util.Map;

/** The functions of {@link DarwinLibrary} for arm64. */
final class DarwinAArch64Code {
    private static final Map<HoleField, EdgeKind> KINDS =
            Map.of(HoleField.BRANCH26, AArch64EdgeKind.REQUEST_BRANCH26);

    /** {@code int __maskrune(int c, unsigned long mask)}: characters beyond ASCII have no type. */
    private static final CodeListing MASK_RUNE =
            CodeListing.aarch64(
                    """
                      00008052  mov w0, #0
                      c0035fd6  ret
                    """);

    /** {@code void memset_pattern16(void *b, const void *pattern, size_t sizeBytes)}. */
    private static final CodeListing MEMSET_PATTERN16 = pattern("2a0d4092", "#0xf");

    private static final CodeListing MEMSET_PATTERN8 = pattern("2a094092", "#0x7");
    private static final CodeListing MEMSET_PATTERN4 = pattern("2a054092", "#0x3");

    /** {@code struct {double sin, cos;} __sincos_stret(double)}, in d0 and d1. */
    private static final CodeListing SINCOS =
            CodeListing.aarch64(
                    """
                      fd7bbea9                   stp x29, x30, [sp, #-32]!
                      fd030091                   mov x29, sp
                      e0430091                   add x0, sp, #16
                      e1630091                   add x1, sp, #24
                      00000094[sincos:branch26]  bl sincos
                      e007416d                   ldp d0, d1, [sp, #16]
                      fd7bc2a8                   ldp x29, x30, [sp], #32
                      c0035fd6                   ret
                    """);

    /** {@code struct {float sin, cos;} __sincosf_stret(float)}, in s0 and s1. */
    private static final CodeListing SINCOSF =
            CodeListing.aarch64(
                    """
                      fd7bbea9                    stp x29, x30, [sp, #-32]!
                      fd030091                    mov x29, sp
                      e0430091                    add x0, sp, #16
                      e1530091                    add x1, sp, #20
                      00000094[sincosf:branch26]  bl sincosf
                      e007422d                    ldp s0, s1, [sp, #16]
                      fd7bc2a8                    ldp x29, x30, [sp], #32
                      c0035fd6                    ret
                    """);

    /** {@code void __assert_rtn(const char *function, *file, int line, const char *expression)}. */
    private static final CodeListing ASSERT =
            CodeListing.aarch64(
                    """
                      f00300aa                          mov x16, x0
                      e00303aa                          mov x0, x3
                      e30310aa                          mov x3, x16
                      00000014[__assert_fail:branch26]  b __assert_fail
                    """);

    /**
     * {@code int __fpclassifyd(double)}. The number of a class ({@code math.h}) is 1 for a value
     * that is not a number, 2 for an infinite one, 3 for zero, 4 for a normal value and 5 for a
     * subnormal one. Other systems have other numbers.
     */
    private static final CodeListing CLASSIFY =
            CodeListing.aarch64(
                    """
                      0900669e  fmov x9, d0
                      60008052  mov w0, #3
                    # without the sign
                      29f97fd3  lsl x9, x9, #1
                      690100b4  cbz x9, .+44
                      a0008052  mov w0, #5
                      0a04e0d2  mov x10, #0x20000000000000
                      3f010aeb  cmp x9, x10
                      e3000054  b.lo .+28
                      80008052  mov w0, #4
                      ea030acb  neg x10, x10
                      3f010aeb  cmp x9, x10
                      63000054  b.lo .+12
                      e0179f1a  cset w0, eq
                      00040011  add w0, w0, #1
                      c0035fd6  ret
                    """);

    /** {@code int __fpclassifyf(float)}. */
    private static final CodeListing CLASSIFY_FLOAT =
            CodeListing.aarch64(
                    """
                      0900261e  fmov w9, s0
                      60008052  mov w0, #3
                      29791f53  lsl w9, w9, #1
                      69010034  cbz w9, .+44
                      a0008052  mov w0, #5
                      0a20a052  mov w10, #0x1000000
                      3f010a6b  cmp w9, w10
                      e3000054  b.lo .+28
                      80008052  mov w0, #4
                      ea030a4b  neg w10, w10
                      3f010a6b  cmp w9, w10
                      63000054  b.lo .+12
                      e0179f1a  cset w0, eq
                      00040011  add w0, w0, #1
                      c0035fd6  ret
                    """);

    /** {@code int __darwin_check_fd_set_overflow(int, const void *, int)}: there are 1024 bits. */
    private static final CodeListing CHECK_DESCRIPTOR =
            CodeListing.aarch64(
                    """
                      1f001071  cmp w0, #1024
                      e0279f1a  cset w0, lo
                      c0035fd6  ret
                    """);

    /**
     * Computes the address of a thread-local variable. Its argument, x0, is the address of a
     * descriptor, {@link ThreadLocalDescriptors}. It calls the TLS descriptor in that, which
     * returns the variable's offset from the thread pointer. Callers expect all registers but x0,
     * x16, x17 and x30 to be preserved (LLVM's {@code CSR_Darwin_AArch64_TLS}); a TLS descriptor
     * may change x1, too ({@code TLSDESC_CALLSEQ}).
     */
    private static final CodeListing TLV_BOOTSTRAP =
            CodeListing.aarch64(
                    """
                      fe07bfa9  stp x30, x1, [sp, #-16]!
                      108c40f8  ldr x16, [x0, #8]!
                      00023fd6  blr x16
                      50d03bd5  mrs x16, tpidr_el0
                      0000108b  add x0, x0, x16
                      fe07c1a8  ldp x30, x1, [sp], #16
                      c0035fd6  ret
                    """);

    private DarwinAArch64Code() {}

    private static CodeListing pattern(String hex, String mask) {
        return CodeListing.aarch64(
                """
                  090080d2  mov x9, #0
                  05000014  b .+20
                  HEX  and x10, x9, MASK
                  2a686a38  ldrb w10, [x1, x10]
                  0a682938  strb w10, [x0, x9]
                  29050091  add x9, x9, #1
                  3f0102eb  cmp x9, x2
                  63ffff54  b.lo .-20
                  c0035fd6  ret
                """
                        .replace("HEX", hex)
                        .replace("MASK", mask));
    }

    /** Returns a function, or null if there is none of that name. */
    static CodeTemplate function(String cName) {
        return switch (cName) {
            case "__maskrune" -> template(MASK_RUNE);
            case "memset_pattern4" -> template(MEMSET_PATTERN4);
            case "memset_pattern8" -> template(MEMSET_PATTERN8);
            case "memset_pattern16" -> template(MEMSET_PATTERN16);
            case "__sincos_stret" -> template(SINCOS, "sincos");
            case "__sincosf_stret" -> template(SINCOSF, "sincosf");
            // a long double is a double there
            case "__fpclassifyd", "__fpclassifyl" -> template(CLASSIFY);
            case "__fpclassifyf" -> template(CLASSIFY_FLOAT);
            case "__darwin_check_fd_set_overflow" -> template(CHECK_DESCRIPTOR);
            case "_tlv_bootstrap" -> template(TLV_BOOTSTRAP);
            case "__assert_rtn" -> template(ASSERT, "__assert_fail");
            default -> variadic(VariadicCalls.of(cName));
        };
    }

    private static CodeTemplate variadic(CodeListing listing) {
        return listing == null ? null : template(listing, listing.holes().getFirst().name());
    }

    private static CodeTemplate template(CodeListing listing, String... functions) {
        return CodeTemplate.of(listing, Integer.BYTES, KINDS, 0, List.of(), List.of(functions));
    }
}
