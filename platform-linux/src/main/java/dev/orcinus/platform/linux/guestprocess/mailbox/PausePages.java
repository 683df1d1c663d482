package dev.orcinus.platform.linux.guestprocess.mailbox;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Some pages in which copies of a guest wait, one page for each copy. The guest maps all of them
 * once, out of the reach of its code. Many threads may use it; its lock guards what is free.
 */
public final class PausePages {
    private static final int COUNT = 8;

    /** The length of all pages. */
    public static final long SIZE_BYTES = COUNT * PausePage.SIZE_BYTES;

    private final SharedFile file;
    private final MemorySegment memory;
    private final Deque<PausePage> free = new ArrayDeque<>();

    /** The address in the guest; null if the guest has not mapped them. */
    private volatile ExecutorAddress there = ExecutorAddress.NULL;

    /**
     * Maps pages.
     *
     * @param arena how long their segment lives; whoever closes it unmaps them
     */
    PausePages(Futex futex, Arena arena) throws HostCallException {
        file = SharedFile.create("orcinus-pause", SIZE_BYTES);
        memory = Mailbox.map(file, SIZE_BYTES, arena);
        for (int i = 0; i < COUNT; i++) {
            long at = i * PausePage.SIZE_BYTES;
            MemorySegment page = memory.asSlice(at, PausePage.SIZE_BYTES);
            free.add(new PausePage(this, at, page, futex));
        }
    }

    /** Returns the file, for the guest to map. */
    public SharedFile file() {
        return file;
    }

    /** Returns where the guest has mapped the pages; null if it has not. */
    public ExecutorAddress address() {
        return there;
    }

    /**
     * Notes where the guest has mapped the pages.
     *
     * @param address null if it has not
     */
    public void mappedAt(ExecutorAddress address) {
        there = address;
    }

    synchronized Optional<PausePage> take() {
        return Optional.ofNullable(free.poll());
    }

    synchronized void giveBack(PausePage page) {
        free.add(page);
    }

    /** Returns the pages. */
    MemorySegment memory() {
        return memory;
    }
}
