package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <malloc.h>}. */
public final class LinuxMalloc {
    private static final CFunction MALLOC_TRIM = CFunction.named("malloc_trim");

    private LinuxMalloc() {}

    /** Calls {@code int malloc_trim(size_t pad);} */
    public static int malloc_trim(long pad) {
        return (int) MALLOC_TRIM.call(ErrnoState.IGNORED, pad);
    }
}
