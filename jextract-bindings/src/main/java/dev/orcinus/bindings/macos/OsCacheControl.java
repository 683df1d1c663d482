package dev.orcinus.bindings.macos;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <libkern/OSCacheControl.h>}. */
public final class OsCacheControl {
    private static final CFunction SYS_ICACHE_INVALIDATE = CFunction.named("sys_icache_invalidate");

    private OsCacheControl() {}

    /** Calls {@code void sys_icache_invalidate(void *start, size_t size);} */
    public static void sys_icache_invalidate(long start, long size) {
        SYS_ICACHE_INVALIDATE.call(ErrnoState.IGNORED, start, size);
    }
}
