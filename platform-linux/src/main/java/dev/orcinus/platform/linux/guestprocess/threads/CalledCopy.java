package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;

/**
 * Copies that a guest makes itself, from and to memory that both processes share. A fault ends the
 * copy only. It has no state.
 */
final class CalledCopy {
    private static final int CHUNK_BYTES = 8 << 10;

    private CalledCopy() {}

    /** Copies from the guest, and returns whether all could be read. */
    static boolean read(NativeThread thread, ExecutorAddress source, MemorySegment target) {
        for (long done = 0; done < target.byteSize(); done += CHUNK_BYTES) {
            int size = (int) Math.min(CHUNK_BYTES, target.byteSize() - done);
            try (ThreadScratch scratch = thread.scratch()) {
                ExecutorAddress shared = scratch.zeros(size);
                long from = source.value() + done;
                if (!thread.probe(thread.address(Libc.MEMCPY), shared.value(), from, size)) {
                    return false;
                }
                scratch.get(shared, target.asSlice(done, size));
            }
        }
        return true;
    }

    /** Copies to the guest, and returns whether all could be written. */
    static boolean write(NativeThread thread, MemorySegment source, ExecutorAddress target) {
        for (long done = 0; done < source.byteSize(); done += CHUNK_BYTES) {
            int size = (int) Math.min(CHUNK_BYTES, source.byteSize() - done);
            try (ThreadScratch scratch = thread.scratch()) {
                long shared = scratch.put(source.asSlice(done, size)).value();
                long to = target.value() + done;
                if (!thread.probe(thread.address(Libc.MEMCPY), to, shared, size)) {
                    return false;
                }
            }
        }
        return true;
    }
}
