package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <sys/prctl.h>}. */
public final class SysPrctl {
    /** Set whether the process leaves a core file. */
    public static final int PR_SET_DUMPABLE = 4;

    /** Ask how system calls are filtered. */
    public static final int PR_GET_SECCOMP = 21;

    /** Filter system calls. */
    public static final int PR_SET_SECCOMP = 22;

    /** Never let an executed program have more privileges. */
    public static final int PR_SET_NO_NEW_PRIVS = 38;

    private static final CFunction PRCTL = CFunction.named("prctl");

    private SysPrctl() {}

    /** Calls {@code int prctl(int option, ...);} */
    public static int prctl(ErrnoState state, int option, long argument) {
        return (int) PRCTL.call(state, option, argument);
    }
}
