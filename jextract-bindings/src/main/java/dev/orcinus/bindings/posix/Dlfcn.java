package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <dlfcn.h>}. The error text of these calls is {@link #dlerror}'s, per thread. */
public final class Dlfcn {
    /** Resolve functions when they are first called. */
    public static final int RTLD_LAZY = 1;

    /** Resolve all symbols at once. */
    public static final int RTLD_NOW = 2;

    private static final CFunction DLOPEN = CFunction.named("dlopen");
    private static final CFunction DLCLOSE = CFunction.named("dlclose");
    private static final CFunction DLSYM = CFunction.named("dlsym");
    private static final CFunction DLERROR = CFunction.named("dlerror");

    private Dlfcn() {}

    /** Calls {@code void *dlopen(const char *file, int mode);} */
    public static long dlopen(MemorySegment file, int mode) {
        return DLOPEN.call(ErrnoState.IGNORED, address(file), mode);
    }

    /** Calls {@code int dlclose(void *handle);} */
    public static int dlclose(long handle) {
        return (int) DLCLOSE.call(ErrnoState.IGNORED, handle);
    }

    /** Calls {@code void *dlsym(void *handle, const char *name);} */
    public static long dlsym(long handle, MemorySegment name) {
        return DLSYM.call(ErrnoState.IGNORED, handle, address(name));
    }

    /** Calls {@code char *dlerror(void);} */
    public static long dlerror() {
        return DLERROR.call(ErrnoState.IGNORED);
    }
}
