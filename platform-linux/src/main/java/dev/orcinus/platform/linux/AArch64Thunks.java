package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** AArch64, AAPCS64: a struct of two longs returns in {@code x0} and {@code x1}. */
record AArch64Thunks() implements Thunks {
    private static final int LOAD_OFFSET = 16;

    @Override
    public byte[] entry(int index, int slotDistance) {
        return code(
                ENTRY_BYTES,
                0xa9be7bfd, // stp x29, x30, [sp, #-32]!
                0x910003fd, // mov x29, sp
                0x52800004 | index << 5, // mov w4, #index
                0x910043e5, // add x5, sp, #16
                0x58000010 | literal(slotDistance - LOAD_OFFSET), // ldr x16, slot
                0xd63f0200, // blr x16
                0xa94107e0, // ldp x0, x1, [sp, #16]
                0xa8c27bfd, // ldp x29, x30, [sp], #32
                0xd65f03c0); // ret
    }

    @Override
    public byte[] call() {
        return code(
                44,
                0xa9be7bfd, // stp x29, x30, [sp, #-32]!
                0x910003fd, // mov x29, sp
                0xf9000be3, // str x3, [sp, #16]
                0xaa0003f0, // mov x16, x0
                0xaa0103e0, // mov x0, x1
                0xaa0203e1, // mov x1, x2
                0xd63f0200, // blr x16
                0xf9400be3, // ldr x3, [sp, #16]
                0xa9000460, // stp x0, x1, [x3]
                0xa8c27bfd, // ldp x29, x30, [sp], #32
                0xd65f03c0); // ret
    }

    @Override
    public byte[] faultFilter(long handler, AddressRange first, AddressRange second) {
        byte[] code =
                code(
                        168,
                        0xf940dc49, // ldr x9, [x2, #pc]
                        0x5800056a, // ldr x10, first.start
                        0x5800058b, // ldr x11, first.size
                        0xcb0a012a, // sub x10, x9, x10
                        0xeb0b015f, // cmp x10, x11
                        0x54000443, // b.lo pass
                        0x5800054a, // ldr x10, second.start
                        0x5800056b, // ldr x11, second.size
                        0xcb0a012a, // sub x10, x9, x10
                        0xeb0b015f, // cmp x10, x11
                        0x540003a3, // b.lo pass
                        0xa9bc7bfd, // stp x29, x30, [sp, #-64]!
                        0x910003fd, // mov x29, sp
                        0xa90107e0, // stp x0, x1, [sp, #16]
                        0xa9024fe2, // stp x2, x19, [sp, #32]
                        0xd2800020, // mov x0, #1
                        0xd28002e8, // mov x8, #dup
                        0xd4000001, // svc #0
                        0xaa0003f3, // mov x19, x0
                        0xd2800040, // mov x0, #2
                        0xd2800021, // mov x1, #1
                        0xd2800002, // mov x2, #0
                        0xd2800308, // mov x8, #dup3
                        0xd4000001, // svc #0
                        0xa94107e0, // ldp x0, x1, [sp, #16]
                        0xf94013e2, // ldr x2, [sp, #32]
                        0x58000210, // ldr x16, handler
                        0xd63f0200, // blr x16
                        0xaa1303e0, // mov x0, x19
                        0xd2800021, // mov x1, #1
                        0xd2800002, // mov x2, #0
                        0xd2800308, // mov x8, #dup3
                        0xd4000001, // svc #0
                        0xaa1303e0, // mov x0, x19
                        0xd2800728, // mov x8, #close
                        0xd4000001, // svc #0
                        0xf94017f3, // ldr x19, [sp, #40]
                        0xa8c47bfd, // ldp x29, x30, [sp], #64
                        0xd65f03c0, // ret
                        0x58000070, // pass: ldr x16, handler
                        0xd61f0200, // br x16
                        0xd503201f); // nop
        return Thunks.withSlots(code, handler, first, second);
    }

    /** The field of a load relative to itself: a count of words in bits 5 to 23. */
    private static int literal(int distance) {
        return (distance / 4 & 0x7ffff) << 5;
    }

    private static byte[] code(int sizeBytes, int... words) {
        ByteBuffer code = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            code.putInt(word);
        }
        return code.array();
    }
}
