package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.spi.guest.CrashObserver;

/** The observer of a guest's crashes. Many threads may use it. */
final class CrashWatch {
    private final Processor processor;
    private volatile CrashObserver observer;

    CrashWatch(Processor processor) {
        this.processor = processor;
    }

    void set(CrashObserver next) {
        observer = next;
    }

    /** Returns whether the process goes on after the crash of a thread that waits in a slot. */
    boolean goesOn(GuestCopy memory, Slot slot) {
        CrashObserver asked = observer;
        return asked != null && asked.goesOn(CrashContext.read(processor, memory, slot));
    }

    /** Tells the observer of the thread that has crashed in a slot, and waits there. */
    void tell(GuestCopy memory, Slot slot) {
        CrashObserver told = observer;
        if (told != null) {
            told.crashed(CrashContext.read(processor, memory, slot));
        }
    }
}
