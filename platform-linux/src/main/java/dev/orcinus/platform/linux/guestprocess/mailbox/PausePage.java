package dev.orcinus.platform.linux.guestprocess.mailbox;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;

/** A page with the slot of a copy of a guest that waits. One thread at a time may use it. */
public final class PausePage {
    /** Its length. */
    public static final long SIZE_BYTES = 4096;

    private final PausePages all;
    private final long offset;
    private final MemorySegment memory;
    private final Futex futex;

    PausePage(PausePages all, long offset, MemorySegment memory, Futex futex) {
        this.all = all;
        this.offset = offset;
        this.memory = memory;
        this.futex = futex;
    }

    /** Returns the pages that it is one of. */
    public PausePages all() {
        return all;
    }

    /** Returns its address in the guest, which has mapped it. */
    public ExecutorAddress address() {
        return all.address().plus(offset);
    }

    /** Makes it the turn of the copy that will wait there. */
    public void prepare() {
        memory.fill((byte) 0);
        slot(new ProcessLife()).expectGuest();
    }

    /**
     * Returns the slot.
     *
     * @param life of the copy
     */
    public Slot slot(ProcessLife life) {
        return new Slot(memory, address(), life, futex);
    }

    /** Gives it back. The copy that has waited there has ended, or goes on. */
    public void giveBack() {
        all.giveBack(this);
    }
}
