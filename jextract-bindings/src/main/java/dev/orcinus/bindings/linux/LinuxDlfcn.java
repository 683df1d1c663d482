package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <dlfcn.h>}. */
public final class LinuxDlfcn {
    /** Make the symbols available to libraries that are opened later. */
    public static final int RTLD_GLOBAL = 0x100;

    private static final CFunction DLVSYM = CFunction.named("dlvsym");

    private LinuxDlfcn() {}

    /** Calls {@code void *dlvsym(void *handle, const char *name, const char *version);} */
    public static long dlvsym(long handle, MemorySegment name, MemorySegment version) {
        return DLVSYM.call(ErrnoState.IGNORED, handle, address(name), address(version));
    }
}
