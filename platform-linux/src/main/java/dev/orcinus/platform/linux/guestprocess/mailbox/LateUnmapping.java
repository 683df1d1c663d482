package dev.orcinus.platform.linux.guestprocess.mailbox;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysMman;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Unmaps what has been shared with guests that have ended. Before that, the JVM has to ask each of
 * its threads whether it uses the memory ({@link Arena#close}), which with thousands of threads
 * takes milliseconds, and one is asked after the other. So whoever closes a guest does not wait for
 * it: a thread that is there while there is something to unmap does it. Until then, the memory says
 * that its guest has ended. Many threads may use it.
 */
final class LateUnmapping {
    private static final long RETRY_NANOS = 10_000_000;
    private static final ThreadPoolExecutor THREAD = thread();

    private LateUnmapping() {}

    private static ThreadPoolExecutor thread() {
        ThreadPoolExecutor thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> {
                            Thread one = new Thread(null, work, "orcinus unmapping", 1 << 18);
                            one.setDaemon(true);
                            return one;
                        });
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /** Closes an arena, and unmaps the mapped memory whose segments it has, some time later. */
    static void unmap(Arena arena, List<MemorySegment> mapped) {
        try {
            THREAD.execute(() -> unmapNow(arena, mapped));
        } catch (OutOfMemoryError noThread) {
            unmapNow(arena, mapped);
        }
    }

    private static void unmapNow(Arena arena, List<MemorySegment> mapped) {
        try {
            arena.close();
        } catch (IllegalStateException inUse) {
            if (arena.scope().isAlive()) { // a thread is in a native call with the memory
                LockSupport.parkNanos(RETRY_NANOS);
                unmap(arena, mapped);
                return;
            }
        }
        for (MemorySegment memory : mapped) {
            SysMman.munmap(ErrnoState.IGNORED, memory.address(), memory.byteSize());
        }
    }
}
