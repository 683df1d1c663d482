package dev.orcinus.bindings.macos;

/** {@code <signal.h>}. */
public final class DarwinSignal {
    /** The thread has no signal stack. */
    public static final int SS_DISABLE = 4;

    private DarwinSignal() {}

    /** Offsets in {@code stack_t}. */
    public static final class StackT {
        /** The C type. */
        public static final String C_TYPE = "stack_t";

        /** Its size in bytes. */
        public static final long SIZEOF = 24;

        /** Lowest address. */
        public static final long SS_SP = 0;

        /** Size in bytes. */
        public static final long SS_SIZE = 8;

        /** Flags, 32 bits. */
        public static final long SS_FLAGS = 16;

        private StackT() {}
    }
}
