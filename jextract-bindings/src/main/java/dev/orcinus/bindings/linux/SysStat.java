package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <sys/stat.h>}. */
public final class SysStat {
    private static final CFunction FCHMOD = CFunction.named("fchmod");

    private SysStat() {}

    /** Calls {@code int fchmod(int fd, mode_t mode);} */
    public static int fchmod(ErrnoState state, int fd, int mode) {
        return (int) FCHMOD.call(state, fd, mode);
    }
}
