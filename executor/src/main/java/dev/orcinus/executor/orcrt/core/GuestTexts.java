package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.runtime.GuestBooks;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Texts that guest code reads, on the guest's C heap. Each thread has one, which is valid until the
 * thread gets its next one. Thread-safe.
 */
final class GuestTexts implements GuestBooks, AutoCloseable {
    private static final ThreadLocal<Text> LAST = new ThreadLocal<>();

    private final Guest guest;
    private final Set<ExecutorAddress> all = ConcurrentHashMap.newKeySet();

    /** The current text of a thread. */
    private record Text(GuestTexts owner, ExecutorAddress address) {}

    GuestTexts(Guest guest) {
        this.guest = guest;
    }

    /** Copies a text to the guest's heap, frees this thread's last one, and returns the address. */
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

    /** Frees a text, unless {@link #close} has freed it. */
    private void free(ExecutorAddress text) {
        if (all.remove(text)) {
            guest.process().free(text);
        }
    }

    @Override
    public Runnable state() {
        Set<ExecutorAddress> known = Set.copyOf(all);
        return () -> all.retainAll(known);
    }

    @Override
    public void close() {
        all.forEach(this::free);
    }
}
