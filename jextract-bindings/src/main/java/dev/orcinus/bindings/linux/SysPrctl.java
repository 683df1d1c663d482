package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <sys/prctl.h>}. */
public final class SysPrctl {
    /** Set whether the process leaves a core file. */
    public static final int PR_SET_DUMPABLE = 4;

    private static final CFunction PRCTL = CFunction.named("prctl");

    private SysPrctl() {}

    /** Calls {@code int prctl(int option, ...);} */
    public static int prctl(ErrnoState state, int option, long argument) {
        return (int) PRCTL.call(state, option, argument);
    }
}
