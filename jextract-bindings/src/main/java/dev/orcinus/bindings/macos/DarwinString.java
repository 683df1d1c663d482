package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <string.h>}. */
public final class DarwinString {
    private static final CFunction STRERROR_R = CFunction.named("strerror_r");

    private DarwinString() {}

    /** Calls {@code int strerror_r(int errnum, char *buf, size_t length);} */
    public static int strerror_r(int errnum, MemorySegment buf, long length) {
        return (int) STRERROR_R.call(ErrnoState.IGNORED, errnum, address(buf), length);
    }
}
