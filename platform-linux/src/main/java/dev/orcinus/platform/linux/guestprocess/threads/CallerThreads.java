package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.spi.HostCallException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * The guest threads on which Java threads call guest code. Each Java thread keeps one until it
 * ends, so that thread-local variables of guest code have their values at its next call. Virtual
 * threads, and all threads once the guest has no more, share. {@link NativeThreads} guards it by
 * its lock; {@link #mine} and {@link NativeThread#release} need none.
 */
final class CallerThreads {
    /** Weak, because a Java thread may outlive many guests, and would keep all that they have. */
    @SuppressWarnings("ThreadLocalUsage") // a thread may use several guests
    private final ThreadLocal<WeakReference<NativeThread>> last = new ThreadLocal<>();

    private final List<Kept> all = new ArrayList<>();
    private WeakReference<Thread> ownerOfMain = new WeakReference<>(null);

    /**
     * A guest thread, and the Java thread that keeps it.
     *
     * @param isShared whether no Java thread keeps it
     */
    private record Kept(NativeThread thread, WeakReference<Thread> owner, boolean isShared) {
        boolean isOrphan() {
            Thread living = owner.get();
            return !isShared && (living == null || !living.isAlive());
        }
    }

    /** Makes a thread of the guest. */
    @FunctionalInterface
    interface Maker {
        NativeThread make() throws HostCallException;
    }

    /** Takes the thread that the calling thread keeps; returns null if it has none that is free. */
    NativeThread mine(GuestLife guest) {
        WeakReference<NativeThread> kept = last.get();
        NativeThread mine = kept == null ? null : kept.get();
        return mine != null && mine.guest() == guest && mine.take() ? mine : null;
    }

    /** Returns whether the calling thread may take the guest's first thread, which is free. */
    boolean mayHaveMain() {
        Thread owner = ownerOfMain.get();
        return owner == null || owner == Thread.currentThread() || !owner.isAlive();
    }

    /** Takes the guest's first thread, which the calling thread keeps unless it is shared. */
    NativeThread takeMain(NativeThread main, boolean isShared) {
        all.removeIf(kept -> kept.thread == main);
        if (!isShared) {
            ownerOfMain = new WeakReference<>(Thread.currentThread());
        }
        return keep(main, isShared);
    }

    private NativeThread keep(NativeThread free, boolean isShared) {
        if (!free.take()) {
            throw new AssertionError("a thread that nobody has is in use");
        }
        all.add(new Kept(free, new WeakReference<>(Thread.currentThread()), isShared));
        if (!isShared) {
            last.set(new WeakReference<>(free));
        }
        return free;
    }

    /**
     * Takes another thread: if it is to be shared, one that is shared already; else a new one; else
     * one of another Java thread; null if none is free.
     */
    NativeThread take(boolean isShared, Maker maker) {
        NativeThread shared = isShared ? takeAny(true) : null;
        if (shared != null) {
            return shared;
        }
        try {
            return keep(maker.make(), isShared);
        } catch (HostCallException noMoreThreads) {
            return takeAny(false);
        }
    }

    private NativeThread takeAny(boolean isShared) {
        for (Kept kept : all) {
            if ((!isShared || kept.isShared) && kept.thread.take()) {
                return kept.thread;
            }
        }
        return null;
    }

    /** Removes those whose Java threads have ended. */
    List<NativeThread> removeOrphans(NativeThread main) {
        List<NativeThread> orphans = new ArrayList<>();
        all.removeIf(
                kept -> {
                    boolean goes = kept.thread != main && kept.isOrphan() && kept.thread.take();
                    if (goes) {
                        orphans.add(kept.thread);
                    }
                    return goes;
                });
        return orphans;
    }

    /** Returns whether it has a thread. */
    boolean has(NativeThread thread) {
        return all.stream().anyMatch(kept -> kept.thread == thread);
    }

    /** Takes all of them, if no call runs on any; else none. */
    boolean takeAll() {
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).thread.take()) {
                releaseFirst(i);
                return false;
            }
        }
        return true;
    }

    /** Releases all of them. */
    void releaseAll() {
        releaseFirst(all.size());
    }

    private void releaseFirst(int count) {
        for (Kept kept : all.subList(0, count)) {
            kept.thread.release();
        }
    }

    /**
     * Forgets all of them, because their process is gone. In the process that goes on, the first
     * thread waits for the Java thread that has kept it.
     */
    void forgetAll() {
        all.clear();
    }
}
