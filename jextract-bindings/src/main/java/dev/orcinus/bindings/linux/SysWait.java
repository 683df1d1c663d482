package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/wait.h>}. */
public final class SysWait {
    private static final CFunction WAITPID = CFunction.named("waitpid");

    private SysWait() {}

    /** Calls {@code pid_t waitpid(pid_t pid, int *stat_loc, int options);} */
    public static int waitpid(ErrnoState state, int pid, MemorySegment stat_loc, int options) {
        return (int) WAITPID.call(state, pid, address(stat_loc), options);
    }
}
