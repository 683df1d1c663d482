package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.spi.guest.CrashObserver;
import dev.orcinus.platform.spi.guest.CrashedThread;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The observer of a guest's crashes. Many threads may use it. */
final class CrashWatch {
    private final Processor processor;
    private volatile CrashObserver observer;

    /** The threads of this process in which the observer is at work. */
    private final Set<Thread> observing = ConcurrentHashMap.newKeySet();

    CrashWatch(Processor processor) {
        this.processor = processor;
    }

    void set(CrashObserver next) {
        observer = next;
    }

    /**
     * Returns whether the observer is at work on the calling thread. Then this thread must not wait
     * for a call of the guest: others may hold locks and wait for the call that has crashed here.
     */
    boolean isObserving() {
        return observing.contains(Thread.currentThread());
    }

    /** Returns whether the process goes on after the crash of a thread that waits in a slot. */
    boolean goesOn(GuestCopy memory, Slot slot) {
        CrashObserver asked = observer;
        return asked != null && observe(asked::goesOn, memory, slot);
    }

    /** Tells the observer of the thread that has crashed in a slot, and waits there. */
    void tell(GuestCopy memory, Slot slot) {
        CrashObserver told = observer;
        if (told != null) {
            Predicate<CrashedThread> tell =
                    thread -> {
                        told.crashed(thread);
                        return true;
                    };
            var _ = observe(tell, memory, slot);
        }
    }

    private boolean observe(Predicate<CrashedThread> work, GuestCopy memory, Slot slot) {
        observing.add(Thread.currentThread());
        try {
            return work.test(CrashContext.read(processor, memory, slot));
        } finally {
            observing.remove(Thread.currentThread());
        }
    }
}
