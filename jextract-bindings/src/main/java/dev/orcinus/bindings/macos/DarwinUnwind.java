package dev.orcinus.bindings.macos;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;

/**
 * The registry of libunwind, which libSystem exports and no C header declares. A call takes one
 * FDE.
 */
public final class DarwinUnwind {
    private static final CFunction REGISTER_FRAME = CFunction.named("__register_frame");
    private static final CFunction DEREGISTER_FRAME = CFunction.named("__deregister_frame");

    private DarwinUnwind() {}

    /** Calls {@code void __register_frame(const void *fde);} */
    public static void __register_frame(long fde) {
        REGISTER_FRAME.call(ErrnoState.IGNORED, fde);
    }

    /** Calls {@code void __deregister_frame(const void *fde);} */
    public static void __deregister_frame(long fde) {
        DEREGISTER_FRAME.call(ErrnoState.IGNORED, fde);
    }
}
