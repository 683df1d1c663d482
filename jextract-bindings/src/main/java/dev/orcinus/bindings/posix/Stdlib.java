package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <stdlib.h>}. */
public final class Stdlib {
    private static final CFunction MALLOC = CFunction.named("malloc");
    private static final CFunction FREE = CFunction.named("free");

    private static final CFunction SETENV = CFunction.named("setenv");
    private static final CFunction UNSETENV = CFunction.named("unsetenv");

    private Stdlib() {}

    /** Calls {@code void abort(void);} Looked up when it is called: hardly ever. */
    public static void abort() {
        CFunction.named("abort").call(ErrnoState.IGNORED);
    }

    /** Calls {@code void exit(int status);} Looked up when it is called: once at most. */
    public static void exit(int status) {
        CFunction.named("exit").call(ErrnoState.IGNORED, status);
    }

    /** Calls {@code void *malloc(size_t size);} */
    public static long malloc(long size) {
        return MALLOC.call(ErrnoState.IGNORED, size);
    }

    /** Calls {@code void free(void *ptr);} */
    public static void free(long ptr) {
        FREE.call(ErrnoState.IGNORED, ptr);
    }

    /** Calls {@code int setenv(const char *name, const char *value, int replace);} */
    public static int setenv(MemorySegment name, MemorySegment value, int replace) {
        return (int) SETENV.call(ErrnoState.IGNORED, address(name), address(value), replace);
    }

    /** Calls {@code int unsetenv(const char *name);} */
    public static int unsetenv(MemorySegment name) {
        return (int) UNSETENV.call(ErrnoState.IGNORED, address(name));
    }
}
