package dev.orcinus.bindings.macos;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <mach/mach_init.h>}. */
public final class MachInit {
    private static final CFunction MACH_TASK_SELF = CFunction.named("mach_task_self");

    private MachInit() {}

    /** Calls {@code mach_port_t mach_task_self(void);} */
    public static int mach_task_self() {
        return (int) MACH_TASK_SELF.call(ErrnoState.IGNORED);
    }
}
