package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <time.h>}, where it is Linux's alone. */
public final class LinuxTime {
    /** The time since the system's start, in which it has slept, too. */
    public static final int CLOCK_BOOTTIME = 7;

    private static final CFunction CLOCK_GETTIME = CFunction.named("clock_gettime");

    private LinuxTime() {}

    /** Calls {@code int clock_gettime(clockid_t clock_id, struct timespec *tp);} */
    public static int clock_gettime(ErrnoState state, int clock_id, MemorySegment tp) {
        return (int) CLOCK_GETTIME.call(state, clock_id, address(tp));
    }

    /** Offsets in {@code struct timespec}. */
    public static final class Timespec {
        /** The C type. */
        public static final String C_TYPE = "struct timespec";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** Whole seconds. */
        public static final long TV_SEC = 0;

        /** Nanoseconds above these. */
        public static final long TV_NSEC = 8;

        private Timespec() {}
    }
}
