package dev.orcinus.platform.linux.guestprocess.memory;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import java.lang.foreign.MemorySegment;

/**
 * Copies from and to addresses of a guest that may not be mapped. The kernel copies. Where it is
 * not allowed to, as in some containers, or for a guest that has made itself private, the guest
 * copies from and to memory that both processes share, and its faults are caught. It has no state.
 */
final class FaultingCopy {
    private static final int CHUNK_BYTES = 8 << 10;

    private final NativeGuest guest;

    FaultingCopy(NativeGuest guest) {
        this.guest = guest;
    }

    boolean read(ExecutorAddress source, MemorySegment target) {
        if (!guest.memory().isForbidden() && guest.memory().read(source, target)) {
            return true;
        }
        return guest.memory().isForbidden() && readByCalls(source, target);
    }

    boolean write(MemorySegment source, ExecutorAddress target) {
        if (!guest.memory().isForbidden() && guest.memory().write(source, target)) {
            return true;
        }
        return guest.memory().isForbidden() && writeByCalls(source, target);
    }

    /** Copies by calls in the guest. */
    boolean readByCalls(ExecutorAddress source, MemorySegment target) {
        return guest.threads().on(Use.SERVICE, thread -> readBy(thread, source, target));
    }

    private static boolean readBy(
            NativeThread thread, ExecutorAddress source, MemorySegment target) {
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

    /** Copies by calls in the guest. */
    boolean writeByCalls(MemorySegment source, ExecutorAddress target) {
        return guest.threads().on(Use.SERVICE, thread -> writeBy(thread, source, target));
    }

    private static boolean writeBy(
            NativeThread thread, MemorySegment source, ExecutorAddress target) {
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
