package dev.orcinus.platform.linux.guestprocess.threads;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A word that a thread of the guest sets on its way through a list of calls, in memory that this
 * process sees. Many threads may ask whether it is set.
 */
final class Progress {
    private static final VarHandle WORD = JAVA_LONG.varHandle();
    private static final long SIZE_BYTES = 2L * Long.BYTES;

    private final NativeThread thread;
    private final long before;
    private final ExecutorAddress address;
    private final MemorySegment word;

    private Progress(NativeThread thread, long before, ExecutorAddress address) {
        this.thread = thread;
        this.before = before;
        this.address = address;
        this.word = thread.scratchAt(address, SIZE_BYTES);
    }

    /** Returns a word of a thread that is not set; null if the thread has no room for it. */
    static Progress of(NativeThread thread) {
        long before = thread.scratchUsed();
        ExecutorAddress address = thread.takeScratch(SIZE_BYTES);
        if (address.isNull()) {
            return null;
        }
        Progress progress = new Progress(thread, before, address);
        WORD.setRelease(progress.word, 0L, 0L);
        return progress;
    }

    /** Returns the call that sets it. */
    long[] entry() {
        ExecutorAddress store = thread.address(GuestProgram.STORE);
        return CallList.entry(store, new long[] {address.value(), 1});
    }

    boolean isOf(NativeThread other) {
        return thread.equals(other);
    }

    /** Returns whether it is set, or will never be, as the guest has ended. */
    boolean isMade() {
        return (long) WORD.getAcquire(word, 0L) != 0 || thread.guest().life().isOver();
    }

    /** Gives the word back. */
    void end() {
        thread.giveScratchBack(before);
    }
}
