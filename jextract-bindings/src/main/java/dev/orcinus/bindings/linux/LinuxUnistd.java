package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <unistd.h>}, where it is Linux's alone. */
public final class LinuxUnistd {
    private static final CFunction SYSCALL = CFunction.named("syscall");

    private LinuxUnistd() {}

    /**
     * Calls {@code long syscall(long sysno, ...);}
     *
     * @param sysno the number of the system call, which depends on the processor
     */
    public static long syscall(
            ErrnoState state, long sysno, long a, long b, long c, long d, long e) {
        return SYSCALL.call(state, sysno, a, b, c, d, e);
    }
}
