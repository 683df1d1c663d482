package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.ACCESS64_LO12;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.ADD_LO12;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.PAGE21;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.REQUEST_BRANCH26;

import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.arch.Architecture.CodeTemplate.Slot;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Code that the linker adds. Uses x16 and x17 only where a veneer may change no other register
 * (AAPCS64, 6.1.1).
 */
final class AArch64Code {
    private static final int ADRP_X16 = 0x9000_0010;
    private static final int LDR_X16_X16 = 0xf940_0210;
    private static final int ADD_X16_X16 = 0x9100_0210;
    private static final int BR_X16 = 0xd61f_0200;
    private static final int B = 0x1400_0000;
    private static final int BL = 0x9400_0000;

    /** Jumps through a pointer. */
    static final CodeTemplate JUMP_THROUGH_SLOT =
            code(
                    List.of(new Slot(0, PAGE21, 0, 0), new Slot(0, ACCESS64_LO12, 4, 0)),
                    ADRP_X16,
                    LDR_X16_X16,
                    BR_X16);

    /** Jumps to anywhere in the 4 GiB on each side. */
    static final CodeTemplate JUMP_NEAR =
            code(
                    List.of(new Slot(0, PAGE21, 0, 0), new Slot(0, ADD_LO12, 4, 0)),
                    ADRP_X16,
                    ADD_X16_X16,
                    BR_X16);

    /**
     * A resolver gets the processor's capabilities (System V ABI for AArch64, "GNU C Library IFUNC
     * interface"): {@code AT_HWCAP} with bit 62 set, and the address of a size, {@code AT_HWCAP}
     * and {@code AT_HWCAP2}.
     */
    static final CodeTemplate RESOLVE_INDIRECT =
            new CodeTemplate(
                    bytes(
                            0xa9bd_7bfd, // stp x29, x30, [sp, #-48]!
                            0x9100_03fd, // mov x29, sp
                            0x5280_0200, // mov w0, #AT_HWCAP
                            BL, // getauxval
                            0x5280_0301, // mov w1, #24
                            0xa901_03e1, // stp x1, x0, [sp, #16]
                            0x5280_0340, // mov w0, #AT_HWCAP2
                            BL, // getauxval
                            0xf900_13e0, // str x0, [sp, #32]
                            0xf940_0fe0, // ldr x0, [sp, #24]
                            0xb242_0000, // orr x0, x0, #1 << 62
                            0x9100_43e1, // add x1, sp, #16
                            BL, // resolver
                            ADRP_X16,
                            0xf900_0200, // str x0, [x16, slot]
                            0xd280_0000, // mov x0, #0: no error,
                            0xd280_0021, // mov x1, #1: in one byte
                            0xa8c3_7bfd, // ldp x29, x30, [sp], #48
                            0xd65f_03c0), // ret
                    4,
                    List.of(
                            new Slot(2, REQUEST_BRANCH26, 12, 0),
                            new Slot(2, REQUEST_BRANCH26, 28, 0),
                            new Slot(0, REQUEST_BRANCH26, 48, 0),
                            new Slot(1, PAGE21, 52, 0),
                            new Slot(1, ACCESS64_LO12, 56, 0)),
                    List.of("getauxval"));

    static final CodeTemplate AT_EXIT =
            code(
                    List.of(
                            new Slot(0, PAGE21, 4, 0),
                            new Slot(0, ADD_LO12, 8, 0),
                            new Slot(1, REQUEST_BRANCH26, 12, 0)),
                    0xd280_0001, // mov x1, #0
                    0x9000_0002, // adrp x2, dso
                    0x9100_0042, // add x2, x2, dso
                    B); // __cxa_atexit

    static final CodeTemplate RUN_AT_EXITS =
            code(
                    List.of(
                            new Slot(0, PAGE21, 0, 0),
                            new Slot(0, ADD_LO12, 4, 0),
                            new Slot(1, REQUEST_BRANCH26, 8, 0)),
                    0x9000_0000, // adrp x0, dso
                    0x9100_0000, // add x0, x0, dso
                    B); // __cxa_finalize

    private AArch64Code() {}

    static CodeTemplate code(List<Slot> slots, int... instructions) {
        return new CodeTemplate(bytes(instructions), Integer.BYTES, slots, List.of());
    }

    private static MemorySegment bytes(int... instructions) {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.length * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(instructions);
        return MemorySegment.ofBuffer(bytes.asReadOnlyBuffer());
    }
}
