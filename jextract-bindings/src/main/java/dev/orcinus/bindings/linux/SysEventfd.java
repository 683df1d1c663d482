package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <sys/eventfd.h>}. */
public final class SysEventfd {
    /** Close the descriptor on exec. */
    public static final int EFD_CLOEXEC = 0x80000;

    private static final CFunction EVENTFD = CFunction.named("eventfd");

    private SysEventfd() {}

    /** Calls {@code int eventfd(unsigned int count, int flags);} */
    public static int eventfd(ErrnoState state, int count, int flags) {
        return (int) EVENTFD.call(state, count, flags);
    }
}
