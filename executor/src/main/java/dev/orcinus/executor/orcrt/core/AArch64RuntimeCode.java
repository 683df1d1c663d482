package dev.orcinus.executor.orcrt.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * The archive's code for AArch64. A thunk loads its number and branches to one of two pieces of
 * code that hand the call on. Distances are those of {@link Layout}.
 */
record AArch64RuntimeCode() implements RuntimeCode {
    private static final short EM_AARCH64 = 183;
    private static final int R_AARCH64_ABS64 = 257;

    /**
     * {@code Buffer f(data, size)}, number in w16: the same as a jit-dispatch call, tail-called.
     */
    private static final int[] WRAPPER = {
        0xaa0103e3, // mov x3, x1
        0xaa0003e2, // mov x2, x0
        0x2a1003e1, // mov w1, w16
        0x10fffea0, // adr x0, anchor
        0x58ffff10, // ldr x16, WRAPPER_SLOT
        0xd61f0200, // br x16
    };

    /**
     * A C function, number in w16: keeps the argument registers on the stack and passes their
     * address, the number and the anchor. What comes back is the function's result.
     */
    private static final int[] FUNCTION = {
        0xa9bf7bfd, // stp x29, x30, [sp, #-16]!
        0x910003fd, // mov x29, sp
        0xa9bf17e4, // stp x4, x5, [sp, #-16]!
        0xa9bf0fe2, // stp x2, x3, [sp, #-16]!
        0xa9bf07e0, // stp x0, x1, [sp, #-16]!
        0x910003e0, // mov x0, sp
        0x2a1003e1, // mov w1, w16
        0x10fffd62, // adr x2, anchor
        0x58fffe10, // ldr x16, FUNCTION_SLOT
        0xd63f0200, // blr x16
        0x910003bf, // mov sp, x29
        0xa8c17bfd, // ldp x29, x30, [sp], #16
        0xd65f03c0, // ret
    };

    /** {@link #FUNCTION} for callers that expect all registers to be kept, but x0, x16 and x17. */
    private static final int[] SAVING = {
        0xa9bf7bfd, // stp x29, x30, [sp, #-16]!
        0xa9bf0be1, // stp x1, x2, [sp, #-16]!
        0xa9bf13e3, // stp x3, x4, [sp, #-16]!
        0xa9bf1be5, // stp x5, x6, [sp, #-16]!
        0xa9bf23e7, // stp x7, x8, [sp, #-16]!
        0xa9bf2be9, // stp x9, x10, [sp, #-16]!
        0xa9bf33eb, // stp x11, x12, [sp, #-16]!
        0xa9bf3bed, // stp x13, x14, [sp, #-16]!
        0xa9bf4bef, // stp x15, x18, [sp, #-16]!
        0xadbf07e0, // stp q0, q1, [sp, #-32]!
        0xadbf0fe2, // stp q2, q3, [sp, #-32]!
        0xadbf17e4, // stp q4, q5, [sp, #-32]!
        0xadbf1fe6, // stp q6, q7, [sp, #-32]!
        0xadbf27e8, // stp q8, q9, [sp, #-32]!
        0xadbf2fea, // stp q10, q11, [sp, #-32]!
        0xadbf37ec, // stp q12, q13, [sp, #-32]!
        0xadbf3fee, // stp q14, q15, [sp, #-32]!
        0xadbf47f0, // stp q16, q17, [sp, #-32]!
        0xadbf4ff2, // stp q18, q19, [sp, #-32]!
        0xadbf57f4, // stp q20, q21, [sp, #-32]!
        0xadbf5ff6, // stp q22, q23, [sp, #-32]!
        0xadbf67f8, // stp q24, q25, [sp, #-32]!
        0xadbf6ffa, // stp q26, q27, [sp, #-32]!
        0xadbf77fc, // stp q28, q29, [sp, #-32]!
        0xadbf7ffe, // stp q30, q31, [sp, #-32]!
        0x97ffffda, // bl function
        0xacc17ffe, // ldp q30, q31, [sp], #32
        0xacc177fc, // ldp q28, q29, [sp], #32
        0xacc16ffa, // ldp q26, q27, [sp], #32
        0xacc167f8, // ldp q24, q25, [sp], #32
        0xacc15ff6, // ldp q22, q23, [sp], #32
        0xacc157f4, // ldp q20, q21, [sp], #32
        0xacc14ff2, // ldp q18, q19, [sp], #32
        0xacc147f0, // ldp q16, q17, [sp], #32
        0xacc13fee, // ldp q14, q15, [sp], #32
        0xacc137ec, // ldp q12, q13, [sp], #32
        0xacc12fea, // ldp q10, q11, [sp], #32
        0xacc127e8, // ldp q8, q9, [sp], #32
        0xacc11fe6, // ldp q6, q7, [sp], #32
        0xacc117e4, // ldp q4, q5, [sp], #32
        0xacc10fe2, // ldp q2, q3, [sp], #32
        0xacc107e0, // ldp q0, q1, [sp], #32
        0xa8c14bef, // ldp x15, x18, [sp], #16
        0xa8c13bed, // ldp x13, x14, [sp], #16
        0xa8c133eb, // ldp x11, x12, [sp], #16
        0xa8c12be9, // ldp x9, x10, [sp], #16
        0xa8c123e7, // ldp x7, x8, [sp], #16
        0xa8c11be5, // ldp x5, x6, [sp], #16
        0xa8c113e3, // ldp x3, x4, [sp], #16
        0xa8c10be1, // ldp x1, x2, [sp], #16
        0xa8c17bfd, // ldp x29, x30, [sp], #16
        0xd65f03c0, // ret
    };

    /**
     * A TLS descriptor's function: x0 is the descriptor, whose second word is the controller's
     * entry, a key and an address in a template; what comes back is the variable's offset from the
     * thread pointer, and all other registers are kept. The C library's function in the record
     * keeps them, too.
     */
    private static final int[] TLS_DESCRIPTOR = {
        0xa9bc0be1, // stp x1, x2, [sp, #-64]!
        0xa90113e3, // stp x3, x4, [sp, #16]
        0xa90247f0, // stp x16, x17, [sp, #32]
        0xa9037be0, // stp x0, x30, [sp, #48]
        0xf9400401, // again: ldr x1, [x0, #8]
        0xa9400c22, // ldp x2, x3, [x1]
        0x91006044, // next: add x4, x2, #24
        0xc8dffc9e, // ldar x30, [x4]
        0xf9400844, // ldr x4, [x2, #16]
        0xcb040064, // sub x4, x3, x4
        0xeb1e009f, // cmp x4, x30
        0x54000103, // b.lo found
        0xf9401042, // ldr x2, [x2, #32]
        0xb5ffff22, // cbnz x2, next
        0xaa0103e0, // mov x0, x1
        0x52800010, // mov w16, #0
        0x97ffffbc, // bl saving
        0xf9401be0, // ldr x0, [sp, #48]
        0x17fffff2, // b again
        0xaa0203e0, // found: mov x0, x2
        0xf9400041, // ldr x1, [x2]
        0xd63f0020, // blr x1
        0x8b040000, // add x0, x0, x4
        0xf9401ffe, // ldr x30, [sp, #56]
        0xa94247f0, // ldp x16, x17, [sp, #32]
        0xa94113e3, // ldp x3, x4, [sp, #16]
        0xa8c40be1, // ldp x1, x2, [sp], #64
        0xd65f03c0, // ret
    };

    /**
     * A trampoline has kept x29 and x30 and called: finds what it stands for and goes there, with
     * all registers that may hold arguments as they were.
     */
    private static final int[] REENTER_CODE = {
        0xa9bf7be0, // stp x0, x30, [sp, #-16]!
        0xd10023c0, // sub x0, x30, #8
        0x52800030, // mov w16, #1
        0x97ffffad, // bl saving
        0xaa0003f1, // mov x17, x0
        0xa8c17be0, // ldp x0, x30, [sp], #16
        0xa8c17bfd, // ldp x29, x30, [sp], #16
        0xd61f0220, // br x17
    };

    private static final int WRAPPER_AT = Layout.CODE;
    private static final int FUNCTION_AT = 56;
    private static final int SAVING_AT = 108;
    private static final int TLS_DESCRIPTOR_AT = 316;
    private static final int REENTER_AT = 428;

    private static final int BRANCH_FIELD = 0x3ff_ffff;

    @Override
    public short machine() {
        return EM_AARCH64;
    }

    @Override
    public int absolute64() {
        return R_AARCH64_ABS64;
    }

    @Override
    public Map<String, Integer> functions() {
        return Map.of(
                "___orc_rt_elfnix_tlsdesc_resolver",
                TLS_DESCRIPTOR_AT,
                RuntimeCode.REENTER,
                REENTER_AT);
    }

    @Override
    public byte[] write(Layout layout) {
        byte[] bytes = new byte[layout.sizeBytes()];
        ByteBuffer code = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        code.putLong(Layout.MARKED, Layout.MARK);
        put(code, WRAPPER_AT, WRAPPER);
        put(code, FUNCTION_AT, FUNCTION);
        put(code, SAVING_AT, SAVING);
        put(code, TLS_DESCRIPTOR_AT, TLS_DESCRIPTOR);
        put(code, REENTER_AT, REENTER_CODE);
        for (EntryPoint entry : layout.entryPoints()) {
            int target = entry.kind() == EntryPoint.Kind.FUNCTION ? FUNCTION_AT : WRAPPER_AT;
            put(code, Layout.offset(entry), thunk(entry, target));
        }
        return bytes;
    }

    private static int[] thunk(EntryPoint entry, int target) {
        int distance = target - (Layout.offset(entry) + Integer.BYTES);
        return new int[] {
            0x52800010 | (entry.number() << 5), // mov w16, number
            0x14000000 | ((distance / Integer.BYTES) & BRANCH_FIELD) // b target
        };
    }

    private static void put(ByteBuffer code, int at, int... words) {
        for (int i = 0; i < words.length; i++) {
            code.putInt(at + i * Integer.BYTES, words[i]);
        }
    }
}
