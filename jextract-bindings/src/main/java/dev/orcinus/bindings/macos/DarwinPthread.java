package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <pthread.h>}. */
public final class DarwinPthread {
    private static final CFunction PTHREAD_THREADID_NP = CFunction.named("pthread_threadid_np");

    private DarwinPthread() {}

    /** Calls {@code int pthread_threadid_np(pthread_t thread, __uint64_t *id);} */
    public static int pthread_threadid_np(long thread, MemorySegment id) {
        return (int) PTHREAD_THREADID_NP.call(ErrnoState.IGNORED, thread, address(id));
    }
}
