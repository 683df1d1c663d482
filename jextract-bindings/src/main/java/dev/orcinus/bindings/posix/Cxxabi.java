package dev.orcinus.bindings.posix;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** The C++ ABI's exit handlers, which the C library exports and no C header declares. */
public final class Cxxabi {
    private static final CFunction CXA_ATEXIT = CFunction.named("__cxa_atexit");
    private static final CFunction CXA_FINALIZE = CFunction.named("__cxa_finalize");

    private Cxxabi() {}

    /** Calls {@code int __cxa_atexit(void (*func)(void *), void *arg, void *dso);} */
    public static int __cxa_atexit(long func, long arg, long dso) {
        return (int) CXA_ATEXIT.call(ErrnoState.IGNORED, func, arg, dso);
    }

    /** Calls {@code void __cxa_finalize(void *dso);} */
    public static void __cxa_finalize(long dso) {
        CXA_FINALIZE.call(ErrnoState.IGNORED, dso);
    }
}
