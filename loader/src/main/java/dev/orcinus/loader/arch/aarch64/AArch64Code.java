package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.code.HoleField;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.EdgeKind;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Code that the linker adds. Its jumps change only x16, because a veneer may change no registers
 * but x16 and x17 (AAPCS64, 6.1.1).
 */
final class AArch64Code {
    private static final Map<HoleField, EdgeKind> KINDS =
            Map.of(
                    HoleField.PAGE21, AArch64EdgeKind.PAGE21,
                    HoleField.ADD12, AArch64EdgeKind.ADD_LO12,
                    HoleField.ACCESS12, AArch64EdgeKind.ACCESS64_LO12,
                    HoleField.BRANCH26, AArch64EdgeKind.REQUEST_BRANCH26);

    private static final CodeListing JUMP_THROUGH_SLOT_LISTING =
            CodeListing.aarch64(
                    """
                      10000090[slot:page21]    adrp x16, slot
                      100240f9[slot:access12]  ldr x16, [x16, :lo12:slot]
                      00021fd6                 br x16
                    """);

    private static final CodeListing JUMP_NEAR_LISTING =
            CodeListing.aarch64(
                    """
                      10000090[target:page21]  adrp x16, target
                      10020091[target:add12]   add x16, x16, :lo12:target
                      00021fd6                 br x16
                    """);

    private static final CodeListing RESOLVE_INDIRECT_LISTING =
            CodeListing.aarch64(
                    """
                      fd7bbda9                      stp x29, x30, [sp, #-48]!
                      fd030091                      mov x29, sp
                    # AT_HWCAP
                      00028052                      mov w0, #16
                      00000094[getauxval:branch26]  bl getauxval
                      01038052                      mov w1, #24
                      e10301a9                      stp x1, x0, [sp, #16]
                    # AT_HWCAP2
                      40038052                      mov w0, #26
                      00000094[getauxval:branch26]  bl getauxval
                      e01300f9                      str x0, [sp, #32]
                      e00f40f9                      ldr x0, [sp, #24]
                      000042b2                      orr x0, x0, #0x4000000000000000
                      e1430091                      add x1, sp, #16
                      00000094[resolver:branch26]   bl resolver
                      10000090[slot:page21]         adrp x16, slot
                      000200f9[slot:access12]       str x0, [x16, :lo12:slot]
                    # no error, in one byte
                      000080d2                      mov x0, #0
                      210080d2                      mov x1, #1
                      fd7bc3a8                      ldp x29, x30, [sp], #48
                      c0035fd6                      ret
                    """);

    private static final CodeListing AT_EXIT_LISTING =
            CodeListing.aarch64(
                    """
                      010080d2                      mov x1, #0
                      02000090[dso:page21]          adrp x2, dso
                      42000091[dso:add12]           add x2, x2, :lo12:dso
                      00000014[cxa_atexit:branch26]  b cxa_atexit
                    """);

    private static final CodeListing DO_NOTHING_LISTING =
            CodeListing.aarch64(
                    """
                      c0035fd6  ret
                    """);

    private static final CodeListing AT_QUICK_EXIT_LISTING =
            CodeListing.aarch64(
                    """
                      01000090[dso:page21]          adrp x1, dso
                      21000091[dso:add12]           add x1, x1, :lo12:dso
                      00000014[at_quick_exit:branch26]  b at_quick_exit
                    """);

    private static final CodeListing AT_FORK_LISTING =
            CodeListing.aarch64(
                    """
                      03000090[dso:page21]          adrp x3, dso
                      63000091[dso:add12]           add x3, x3, :lo12:dso
                      00000014[register_atfork:branch26]  b register_atfork
                    """);

    private static final CodeListing RUN_AT_EXITS_LISTING =
            CodeListing.aarch64(
                    """
                      00000090[dso:page21]          adrp x0, dso
                      00000091[dso:add12]           add x0, x0, :lo12:dso
                      00000014[cxa_finalize:branch26]  b cxa_finalize
                    """);

    private static final CodeListing THREAD_AT_EXIT_LISTING =
            CodeListing.aarch64(
                    """
                      02000090[dso:page21]     adrp x2, dso
                      42000091[dso:add12]      add x2, x2, :lo12:dso
                      10000090[slot:page21]    adrp x16, slot
                      100240f9[slot:access12]  ldr x16, [x16, :lo12:slot]
                      00021fd6                 br x16
                    """);

    /** Jumps through a pointer. */
    static final CodeTemplate JUMP_THROUGH_SLOT = template(JUMP_THROUGH_SLOT_LISTING, "slot");

    /** Jumps to a target that lies within 4 GiB on either side. */
    static final CodeTemplate JUMP_NEAR = template(JUMP_NEAR_LISTING, "target");

    /**
     * Calls a resolver with the processor's capabilities (System V ABI for AArch64, "GNU C Library
     * IFUNC interface"): {@code AT_HWCAP} with bit 62 set, and the address of three words, which
     * are their size, {@code AT_HWCAP} and {@code AT_HWCAP2}.
     */
    static final CodeTemplate RESOLVE_INDIRECT =
            CodeTemplate.of(
                    RESOLVE_INDIRECT_LISTING,
                    Integer.BYTES,
                    KINDS,
                    0,
                    List.of("resolver", "slot"),
                    List.of("getauxval"));

    static final CodeTemplate AT_EXIT = template(AT_EXIT_LISTING, "dso", "cxa_atexit");

    static final CodeTemplate DO_NOTHING = template(DO_NOTHING_LISTING);

    static final CodeTemplate AT_QUICK_EXIT =
            template(AT_QUICK_EXIT_LISTING, "dso", "at_quick_exit");

    static final CodeTemplate AT_FORK = template(AT_FORK_LISTING, "dso", "register_atfork");

    static final CodeTemplate THREAD_AT_EXIT = template(THREAD_AT_EXIT_LISTING, "dso", "slot");

    static final CodeTemplate RUN_AT_EXITS = template(RUN_AT_EXITS_LISTING, "dso", "cxa_finalize");

    private AArch64Code() {}

    private static CodeTemplate template(CodeListing listing, String... targets) {
        return CodeTemplate.of(listing, Integer.BYTES, KINDS, 0, List.of(targets), List.of());
    }

    /** Returns code without edges that consists of these instructions. */
    static CodeTemplate code(int... instructions) {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.length * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(instructions);
        MemorySegment code = MemorySegment.ofBuffer(bytes.asReadOnlyBuffer());
        return new CodeTemplate(code, Integer.BYTES, List.of());
    }
}
