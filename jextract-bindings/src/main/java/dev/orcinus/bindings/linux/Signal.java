package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <signal.h>}. */
public final class Signal {
    /** The default action. */
    public static final int SIG_DFL = 0;

    /** No action. */
    public static final int SIG_IGN = 1;

    /** The interrupt key of the terminal. */
    public static final int SIGINT = 2;

    /** The quit key of the terminal. */
    public static final int SIGQUIT = 3;

    /** Illegal instruction. */
    public static final int SIGILL = 4;

    /** Bad memory access: an address that is mapped but has nothing behind it. */
    public static final int SIGBUS = 7;

    /** Bad arithmetic. */
    public static final int SIGFPE = 8;

    /** Bad memory access. */
    public static final int SIGSEGV = 11;

    /** The end of a process that it cannot prevent. */
    public static final int SIGKILL = 9;

    /** Run the handler on the thread's signal stack. */
    public static final int SA_ONSTACK = 0x08000000;

    /** The thread has no signal stack. */
    public static final int SS_DISABLE = 2;

    private static final CFunction KILL = CFunction.named("kill");
    private static final CFunction SIGACTION = CFunction.named("sigaction");
    private static final CFunction SIGALTSTACK = CFunction.named("sigaltstack");

    private Signal() {}

    /**
     * Calls {@code int sigaction(int sig, const struct sigaction *act, struct sigaction *oact);}
     */
    public static int sigaction(ErrnoState state, int sig, MemorySegment act, MemorySegment oact) {
        return (int) SIGACTION.call(state, sig, address(act), address(oact));
    }

    /** Calls {@code int kill(pid_t pid, int sig);} */
    public static int kill(ErrnoState state, int pid, int sig) {
        return (int) KILL.call(state, pid, sig);
    }

    /** Calls {@code int sigaltstack(const stack_t *ss, stack_t *oss);} */
    public static int sigaltstack(ErrnoState state, MemorySegment ss, MemorySegment oss) {
        return (int) SIGALTSTACK.call(state, address(ss), address(oss));
    }

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
}
