package dev.orcinus.bindings.macos;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <crt_externs.h>}. */
public final class CrtExterns {
    private static final CFunction NS_GET_ENVIRON = CFunction.named("_NSGetEnviron");

    private CrtExterns() {}

    /** Calls {@code char ***_NSGetEnviron(void);} */
    public static long _NSGetEnviron() {
        return NS_GET_ENVIRON.call(ErrnoState.IGNORED);
    }
}
