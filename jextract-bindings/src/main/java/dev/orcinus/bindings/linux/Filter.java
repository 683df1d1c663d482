package dev.orcinus.bindings.linux;

/** {@code <linux/filter.h>}. */
public final class Filter {
    /** Load into the accumulator. */
    public static final int BPF_LD = 0;

    /** 32 bits. */
    public static final int BPF_W = 0;

    /** From a fixed place. */
    public static final int BPF_ABS = 0x20;

    /** Jump. */
    public static final int BPF_JMP = 5;

    /** If the accumulator equals the constant. */
    public static final int BPF_JEQ = 0x10;

    /** If the accumulator is not less than the constant, unsigned. */
    public static final int BPF_JGE = 0x30;

    /** If the accumulator and the constant have a bit in common. */
    public static final int BPF_JSET = 0x40;

    /** With a constant. */
    public static final int BPF_K = 0;

    /** Return. */
    public static final int BPF_RET = 6;

    private Filter() {}

    /** Offsets in {@code struct sock_filter}, an instruction. */
    public static final class SockFilter {
        /** The C type. */
        public static final String C_TYPE = "struct sock_filter";

        /** Its size in bytes. */
        public static final long SIZEOF = 8;

        /** The instruction, 16 bits. */
        public static final long CODE = 0;

        /** How many instructions it skips if true, 8 bits. */
        public static final long JT = 2;

        /** How many instructions it skips if false, 8 bits. */
        public static final long JF = 3;

        /** The constant, 32 bits. */
        public static final long K = 4;

        private SockFilter() {}
    }

    /** Offsets in {@code struct sock_fprog}, a program. */
    public static final class SockFprog {
        /** The C type. */
        public static final String C_TYPE = "struct sock_fprog";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** The number of instructions, 16 bits. */
        public static final long LEN = 0;

        /** The address of the first one. */
        public static final long FILTER = 8;

        private SockFprog() {}
    }
}
