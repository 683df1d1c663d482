package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <stdlib.h>}. */
public final class Stdlib {
    private static final CFunction MALLOC = CFunction.named("malloc");
    private static final CFunction FREE = CFunction.named("free");

    private Stdlib() {}

    /** {@code void abort(void);} Looked up when it is called: hardly ever. */
    public static void abort() {
        CFunction.named("abort").call(ErrnoState.IGNORED);
    }

    /** {@code void *malloc(size_t size);} */
    public static long malloc(long size) {
        return MALLOC.call(ErrnoState.IGNORED, size);
    }

    /** {@code void free(void *ptr);} */
    public static void free(long ptr) {
        FREE.call(ErrnoState.IGNORED, ptr);
    }
}
