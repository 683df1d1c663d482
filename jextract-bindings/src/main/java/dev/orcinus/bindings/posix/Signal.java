package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <signal.h>}. */
public final class Signal {
    /** The interrupt key of the terminal. */
    public static final int SIGINT = 2;

    /** The quit key of the terminal. */
    public static final int SIGQUIT = 3;

    /** Illegal instruction. */
    public static final int SIGILL = 4;

    /** Bad arithmetic. */
    public static final int SIGFPE = 8;

    /** Bad memory access. */
    public static final int SIGSEGV = 11;

    /** The end of a process that it cannot prevent. */
    public static final int SIGKILL = 9;

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
}
