package dev.orcinus.platform.linux.guestprocess.mailbox;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A page with the slot of a copy of a guest that waits. One thread at a time may use it. */
public final class PausePage implements AutoCloseable {
    /** Its length. */
    public static final long SIZE_BYTES = 4096;

    private final SharedFile file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Futex futex;

    PausePage(Futex futex) throws HostCallException {
        this.futex = futex;
        file = SharedFile.create("orcinus-pause", SIZE_BYTES);
        memory = Mailbox.map(file, SIZE_BYTES, arena);
    }

    /** Returns the file, for the guest to map. */
    public SharedFile file() {
        return file;
    }

    /**
     * Returns the slot.
     *
     * @param address of the page in the guest
     * @param life of the process that is copied
     */
    public Slot slot(ExecutorAddress address, ProcessLife life) {
        return new Slot(memory, address, life, futex);
    }

    @Override
    public void close() {
        long at = memory.address();
        arena.close();
        SysMman.munmap(ErrnoState.IGNORED, at, SIZE_BYTES);
        file.close();
    }
}
