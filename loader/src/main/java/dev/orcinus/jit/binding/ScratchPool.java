package dev.orcinus.jit.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Memory for calls that are inside at the same time, one piece each. It grows to as many pieces as
 * there have been calls at once. Each thread looks first where it has left a piece. Many threads
 * use it, without a lock.
 */
public final class ScratchPool {
    /** The size of a piece: room for the arguments of most calls. */
    public static final long PIECE_BYTES = 16 << 10;

    private static final int SLOTS = 32;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(CallScratch[].class);

    private final CallScratch[] slots = new CallScratch[SLOTS];
    private final Queue<CallScratch> others = new ConcurrentLinkedQueue<>();
    private final Supplier<MemorySegment> pieces;
    private final LongFunction<Arena> arenas;

    /**
     * Makes a pool without pieces.
     *
     * @param pieces makes pieces of {@link #PIECE_BYTES}, aligned to 16 bytes
     * @param arenas makes arenas for calls that need more, given a size
     */
    public ScratchPool(Supplier<MemorySegment> pieces, LongFunction<Arena> arenas) {
        this.pieces = pieces;
        this.arenas = arenas;
    }

    CallScratch take() {
        int slot = slot();
        CallScratch left = (CallScratch) SLOT.getAndSetAcquire(slots, slot, null);
        return left == null ? takeOther() : left;
    }

    private CallScratch takeOther() {
        CallScratch other = others.poll();
        return other == null ? new CallScratch(this, pieces.get()) : other;
    }

    void giveBack(CallScratch scratch) {
        if (!SLOT.weakCompareAndSetRelease(slots, slot(), null, scratch)) {
            others.add(scratch);
        }
    }

    private static int slot() {
        return (int) Thread.currentThread().threadId() & (SLOTS - 1);
    }

    Arena arena(long sizeBytes) {
        return arenas.apply(sizeBytes);
    }
}
