package dev.orcinus.platform.linux.guestprocess.mailbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.platform.linux.Processor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Waits for changes of words that processes share, {@code futex(2)}. It has no state. */
final class Futex {
    private static final int WAIT = 0;
    private static final int WAKE = 1;
    private static final long MASK = 0xffff_ffffL;
    private static final int EVERYBODY = Integer.MAX_VALUE;
    private static final long NANOS = 1_000_000_000L;

    private final long call;

    Futex(Processor processor) {
        call = processor.futexCall();
    }

    /** Waits while the word has a value, for a limited time; may return earlier. */
    void await(MemorySegment word, int value, long limitNanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(JAVA_LONG, 2);
            limit.set(JAVA_LONG, 0, limitNanos / NANOS);
            limit.set(JAVA_LONG, Long.BYTES, limitNanos % NANOS);
            long at = word.address();
            LinuxUnistd.syscall(
                    ErrnoState.IGNORED, call, at, WAIT, value & MASK, limit.address(), 0);
        }
    }

    /** Wakes all who wait for a change of the word. */
    void wake(MemorySegment word) {
        LinuxUnistd.syscall(ErrnoState.IGNORED, call, word.address(), WAKE, EVERYBODY, 0, 0);
    }
}
