package dev.orcinus.bindings.linux;

/** {@code <signal.h>}. */
public final class LinuxSignal {
    /** The default action. */
    public static final int SIG_DFL = 0;

    /** No action. */
    public static final int SIG_IGN = 1;

    /** Bad memory access: an address that is mapped but has nothing behind it. */
    public static final int SIGBUS = 7;

    /** Go on after a stop. */
    public static final int SIGCONT = 18;

    /** The suspend key of the terminal. */
    public static final int SIGTSTP = 20;

    /** A process in the background changes its terminal. */
    public static final int SIGTTOU = 22;

    /** Run the handler on the thread's signal stack. */
    public static final int SA_ONSTACK = 0x08000000;

    /** The thread has no signal stack. */
    public static final int SS_DISABLE = 2;

    /** Offsets in {@code struct sigaction}. */
    public static final class Sigaction {
        /** The C type. */
        public static final String C_TYPE = "struct sigaction";

        /** Its size in bytes. */
        public static final long SIZEOF = 152;

        /** The handler. */
        public static final long SA_SIGACTION = 0;

        /** Flags, 32 bits. */
        public static final long SA_FLAGS = 136;

        private Sigaction() {}
    }

    /** Offsets in {@code stack_t}. */
    public static final class StackT {
        /** The C type. */
        public static final String C_TYPE = "stack_t";

        /** Its size in bytes. */
        public static final long SIZEOF = 24;

        /** Lowest address. */
        public static final long SS_SP = 0;

        /** Flags, 32 bits. */
        public static final long SS_FLAGS = 8;

        /** Size in bytes. */
        public static final long SS_SIZE = 16;

        private StackT() {}
    }

    private LinuxSignal() {}
}
