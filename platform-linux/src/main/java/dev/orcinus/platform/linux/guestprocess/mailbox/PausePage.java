package dev.orcinus.platform.linux.guestprocess.mailbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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

    /** Where the list of calls is that the copy makes at its start. */
    private static final long LIST = 1024;

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

    /**
     * Writes a list of calls.
     *
     * @param page the address of the page in the guest
     * @return the address of the list in the guest
     */
    public ExecutorAddress putList(ExecutorAddress page, long[] words) {
        MemorySegment.copy(words, 0, memory, JAVA_LONG, LIST, words.length);
        return page.plus(LIST);
    }

    /** Makes it as it was at first. No process may have it. */
    void reset() {
        memory.fill((byte) 0);
    }

    @Override
    public void close() {
        long at = memory.address();
        arena.close();
        SysMman.munmap(ErrnoState.IGNORED, at, SIZE_BYTES);
        file.close();
    }
}
