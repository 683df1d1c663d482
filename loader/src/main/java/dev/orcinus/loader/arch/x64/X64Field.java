package dev.orcinus.loader.arch.x64;

/**
 * A field that a value is written into, and the range of values that fit.
 *
 * @param form the bytes that hold the value
 * @param low the least value that fits
 * @param high the greatest value that fits
 */
record X64Field(Form form, long low, long high) {
    /** The bytes of data or of an instruction that hold a value. */
    enum Form {
        /** Two words of data. */
        WORDS(16),
        /** 8 bytes. */
        DATA64(8),
        /** 4 bytes. */
        DATA32(4),
        /** 2 bytes. */
        DATA16(2),
        /** 1 byte. */
        DATA8(1),
        /** The displacement of {@code mov}, which becomes {@code lea}. */
        MOV_TO_LEA(4),
        /** The displacement of {@code call *x(%rip)}, which becomes {@code addr32 call x}. */
        CALL(4),
        /** The displacement of {@code jmp *x(%rip)}, which becomes {@code jmp x; nop}. */
        JUMP(4);

        private final int sizeBytes;

        Form(int sizeBytes) {
            this.sizeBytes = sizeBytes;
        }

        int sizeBytes() {
            return sizeBytes;
        }
    }

    /** Returns a field that any value fits. */
    static X64Field any(Form form) {
        return new X64Field(form, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Returns a field for a signed value. */
    static X64Field signed(Form form) {
        long limit = 1L << (bits(form) - 1);
        return new X64Field(form, -limit, limit - 1);
    }

    /** Returns a field for an unsigned value. */
    static X64Field unsigned(Form form) {
        return new X64Field(form, 0, (1L << bits(form)) - 1);
    }

    /**
     * Returns a field for a value with or without a sign: assemblers write {@code .byte -1} as 255.
     */
    static X64Field either(Form form) {
        return new X64Field(form, -(1L << (bits(form) - 1)), (1L << bits(form)) - 1);
    }

    private static int bits(Form form) {
        return Byte.SIZE * form.sizeBytes;
    }

    boolean isInRange(long value) {
        return value >= low && value <= high;
    }
}
