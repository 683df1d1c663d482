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
    private static final ThreadLocal<Text> LAST = new ThreadLocal<>();

    private final Guest guest;
    private final Set<ExecutorAddress> all = ConcurrentHashMap.newKeySet();

    /** A text that a thread has got. */
    private record Text(GuestTexts owner, ExecutorAddress address) {}

    GuestTexts(Guest guest) {
        this.guest = guest;
    }

    /** Puts a text where the guest can read it, in place of this thread's last one. */
    ExecutorAddress put(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        ExecutorAddress address = guest.process().allocate(bytes.length);
        if (!guest.memory().tryWrite(MemorySegment.ofArray(bytes), address)) {
            throw new AssertionError("fresh heap memory cannot be written at " + address);
        }
        all.add(address);
        Text before = LAST.get();
        LAST.set(new Text(this, address));
        if (before != null) {
            before.owner.free(before.address);
        }
        return address;
    }

    /** Does nothing if it has been freed by {@link #close}. */
    private void free(ExecutorAddress text) {
        if (all.remove(text)) {
            guest.process().free(text);
        }
    }

    @Override
    public void close() {
        all.forEach(this::free);
    }
}
