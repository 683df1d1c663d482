package dev.orcinus.platform.linux;

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
