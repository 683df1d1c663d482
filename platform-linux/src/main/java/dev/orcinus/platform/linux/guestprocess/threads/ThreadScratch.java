package dev.orcinus.platform.linux.guestprocess.threads;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of the guest for the arguments of one call: in the scratch area of the calling thread, or
 * on the guest's heap if there is too little room. It is given back by {@link #close}.
 */
public final class ThreadScratch implements AutoCloseable {
    private static final long ALIGNMENT_BYTES = 16;

    private final NativeThread thread;
    private final long start;
    private final List<ExecutorAddress> heap = new ArrayList<>(0);

    ThreadScratch(NativeThread thread) {
        this.thread = thread;
        this.start = thread.scratchUsed();
    }

    /** Copies bytes to the guest. */
    public ExecutorAddress put(MemorySegment bytes) {
        ExecutorAddress at = take(bytes.byteSize());
        set(at, bytes);
        return at;
    }

    /** Copies bytes to memory of this in the guest. */
    public void set(ExecutorAddress at, MemorySegment bytes) {
        if (thread.isScratch(at)) {
            thread.scratchAt(at, bytes.byteSize()).copyFrom(bytes);
        } else if (!thread.memory().write(bytes, at)) {
            throw new IllegalStateException("the guest's heap cannot be written");
        }
    }

    /** Copies text to the guest, and ends it with a zero byte. */
    public ExecutorAddress put(String text) {
        return put(MemorySegment.ofArray((text + '\0').getBytes(UTF_8)));
    }

    /** Returns room for zeroed bytes. */
    public ExecutorAddress zeros(int sizeBytes) {
        return put(MemorySegment.ofArray(new byte[sizeBytes]));
    }

    /** Copies bytes of this memory from the guest. */
    public void get(ExecutorAddress at, MemorySegment target) {
        if (thread.isScratch(at)) {
            target.copyFrom(thread.scratchAt(at, target.byteSize()));
        } else if (!thread.memory().read(at, target)) {
            throw new IllegalStateException("the guest's heap cannot be read");
        }
    }

    private ExecutorAddress take(long sizeBytes) {
        long rounded = (sizeBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        ExecutorAddress inScratch = thread.takeScratch(rounded);
        if (!inScratch.isNull()) {
            return inScratch;
        }
        long at = thread.call(Libc.MALLOC, sizeBytes);
        if (at == 0) {
            throw new OutOfMemoryError("malloc(" + sizeBytes + ") failed in the guest");
        }
        ExecutorAddress block = new ExecutorAddress(at);
        heap.add(block);
        return block;
    }

    @Override
    public void close() {
        thread.giveScratchBack(start);
        try {
            for (ExecutorAddress block : heap) {
                thread.call(Libc.FREE, block.value());
            }
        } catch (GuestGoneException gone) {
            // its heap is gone with it
        }
    }
}
