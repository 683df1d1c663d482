package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.Guest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Texts that guest code gets to read: one for each thread, on the guest's C heap, which stays until
 * the thread gets its next one. For many threads.
 */
final class GuestTexts implements AutoCloseable {
    private final Guest guest;
    private final ThreadLocal<ExecutorAddress> ofThread = new ThreadLocal<>();
    private final Set<ExecutorAddress> all = ConcurrentHashMap.newKeySet();

    GuestTexts(Guest guest) {
        this.guest = guest;
    }

    /** Puts a text where the guest can read it, in place of this thread's last one. */
    ExecutorAddress put(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        ExecutorAddress address = guest.process().allocate(bytes.length);
        guest.memory().tryWrite(MemorySegment.ofArray(bytes), address);
        all.add(address);
        free(ofThread.get());
        ofThread.set(address);
        return address;
    }

    private void free(ExecutorAddress text) {
        if (text != null && all.remove(text)) {
            guest.process().free(text);
        }
    }

    @Override
    public void close() {
        all.forEach(this::free);
    }
}
