package dev.orcinus.bindings.posix;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/** {@code <stdio.h>}. */
public final class Stdio {
    private static final CFunction FFLUSH = CFunction.named("fflush");

    private Stdio() {}

    /** Calls {@code int fflush(FILE *stream);} */
    public static int fflush(long stream) {
        return (int) FFLUSH.call(ErrnoState.IGNORED, stream);
    }
}
