package dev.orcinus.runtime.crash;

import dev.orcinus.formats.dwarf.ReadableMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Copies of the pages of a guest, each made once. One thread at a time may use it. */
final class GuestPages implements ReadableMemory {
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_PAGES = 4096;
    private static final byte[] UNREADABLE = {};

    private final GuestMemory memory;
    private final Map<Long, byte[]> pages = new HashMap<>();

    GuestPages(GuestMemory memory) {
        this.memory = memory;
    }

    @Override
    public boolean read(long address, byte[] target) {
        for (int done = 0; done < target.length; ) {
            long at = address + done;
            byte[] page = page(at & -PAGE_BYTES);
            if (page.length == 0) {
                return false;
            }
            int offset = (int) (at & (PAGE_BYTES - 1));
            int count = Math.min(target.length - done, PAGE_BYTES - offset);
            System.arraycopy(page, offset, target, done, count);
            done += count;
        }
        return true;
    }

    private byte[] page(long start) {
        byte[] known = pages.get(start);
        if (known != null) {
            return known;
        }
        if (pages.size() == MOST_PAGES) {
            pages.clear();
        }
        byte[] page = new byte[PAGE_BYTES];
        boolean isRead = memory.tryRead(new ExecutorAddress(start), MemorySegment.ofArray(page));
        pages.put(start, isRead ? page : UNREADABLE);
        return isRead ? page : UNREADABLE;
    }
}
