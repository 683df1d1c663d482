package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/random.h>}. */
public final class SysRandom {
    private static final CFunction GETRANDOM = CFunction.named("getrandom");

    private SysRandom() {}

    /** Calls {@code ssize_t getrandom(void *buffer, size_t length, unsigned int flags);} */
    public static long getrandom(ErrnoState state, MemorySegment buffer, long length, int flags) {
        return GETRANDOM.call(state, address(buffer), length, flags);
    }
}
