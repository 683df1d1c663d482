package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Dlfcn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code libgcc_s.so.1}: functions that no C header declares, and that the JVM's default lookup
 * does not find.
 */
public final class Unwind {
    /** The library's name. */
    public static final String LIBRARY = "libgcc_s.so.1";

    private static final long HANDLE = open();
    private static final CFunction REGISTER_FRAME = find("__register_frame");
    private static final CFunction DEREGISTER_FRAME = find("__deregister_frame");
    private static final CFunction CLEAR_CACHE = find("__clear_cache");

    private Unwind() {}

    /** Calls {@code void __register_frame(void *begin);} */
    public static void __register_frame(long begin) {
        REGISTER_FRAME.call(ErrnoState.IGNORED, begin);
    }

    /** Calls {@code void *__deregister_frame(const void *begin);} */
    public static void __deregister_frame(long begin) {
        DEREGISTER_FRAME.call(ErrnoState.IGNORED, begin);
    }

    /** Calls {@code void __clear_cache(void *begin, void *end);} */
    public static void __clear_cache(long begin, long end) {
        CLEAR_CACHE.call(ErrnoState.IGNORED, begin, end);
    }

    private static long open() {
        try (Arena arena = Arena.ofConfined()) {
            long handle = Dlfcn.dlopen(arena.allocateFrom(LIBRARY), RTLD_NOW | RTLD_GLOBAL);
            if (handle == 0) {
                throw new UnsatisfiedLinkError(NativeMemory.string(Dlfcn.dlerror()));
            }
            return handle;
        }
    }

    private static CFunction find(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long address = Dlfcn.dlsym(HANDLE, arena.allocateFrom(name));
            return address == 0
                    ? new CFunction(name, null)
                    : new CFunction(name, MemorySegment.ofAddress(address));
        }
    }
}
