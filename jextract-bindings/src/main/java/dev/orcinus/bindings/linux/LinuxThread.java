package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <unistd.h>}, where threads are concerned. */
public final class LinuxThread {
    private static final CFunction GETTID = CFunction.named("gettid");

    /** Calls {@code pid_t gettid(void);} */
    public static int gettid() {
        return (int) GETTID.call(ErrnoState.IGNORED);
    }

    private LinuxThread() {}
}
