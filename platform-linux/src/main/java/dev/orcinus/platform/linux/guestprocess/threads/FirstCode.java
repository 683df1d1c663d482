package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxTime.CLOCK_BOOTTIME;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxTime;
import dev.orcinus.bindings.linux.LinuxTime.Timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * When a guest has run code of a user for the first time: before that, it has started no process.
 * Times are the kernel's ticks since the system's start, as {@code /proc/PID/stat} has them.
 * Thread-safe.
 */
public final class FirstCode {
    private static final long NOT_YET = Long.MAX_VALUE;
    private static final long UNKNOWN = -1;
    private static final long TICKS_PER_SECOND = 100;
    private static final long NANOS_PER_TICK = 10_000_000;

    private volatile long ticks = NOT_YET;

    FirstCode() {}

    /** Notes that code of a user runs next. */
    void note() {
        if (ticks == NOT_YET) {
            noteFirst();
        }
    }

    private synchronized void noteFirst() {
        if (ticks == NOT_YET) {
            ticks = now();
        }
    }

    /**
     * Returns whether all code of a user has run after a time in the past.
     *
     * @return false if that is unknown
     */
    public boolean isAfter(long time) {
        return ticks > time;
    }

    /** {@code /proc/uptime} tells the same, but is a file to open and to read. */
    private static long now() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(Timespec.SIZEOF, Long.BYTES);
            if (LinuxTime.clock_gettime(ErrnoState.IGNORED, CLOCK_BOOTTIME, time) != 0) {
                return UNKNOWN;
            }
            return time.get(JAVA_LONG, Timespec.TV_SEC) * TICKS_PER_SECOND
                    + time.get(JAVA_LONG, Timespec.TV_NSEC) / NANOS_PER_TICK;
        }
    }
}
