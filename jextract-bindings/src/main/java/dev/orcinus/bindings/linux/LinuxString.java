package dev.orcinus.bindings.linux;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;

/** {@code <string.h>}. */
public final class LinuxString {
    private static final CFunction STRERRORNAME_NP = CFunction.named("strerrorname_np");
    private static final CFunction STRERRORDESC_NP = CFunction.named("strerrordesc_np");

    private LinuxString() {}

    /**
     * Calls {@code const char *strerrorname_np(int err);}
     *
     * @return the name, as {@code ENOMEM}; null if there is none, or glibc is older than 2.32
     */
    public static String strerrorname_np(int err) {
        return text(STRERRORNAME_NP, err);
    }

    /**
     * Calls {@code const char *strerrordesc_np(int err);}
     *
     * @return the text; null if there is none, or glibc is older than 2.32
     */
    public static String strerrordesc_np(int err) {
        return text(STRERRORDESC_NP, err);
    }

    private static String text(CFunction function, int err) {
        return function.isPresent()
                ? NativeMemory.string(function.call(ErrnoState.IGNORED, err))
                : null;
    }
}
