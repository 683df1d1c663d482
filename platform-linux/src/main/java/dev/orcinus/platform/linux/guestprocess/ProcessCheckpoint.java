package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.linux.guestprocess.memory.ChangeLog;
import dev.orcinus.platform.linux.guestprocess.memory.MemoryHold;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads;
import dev.orcinus.platform.linux.guestprocess.threads.PausedCopy;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import java.util.List;

/**
 * A copy of a guest process, and what this process knew of the guest when the copy was made. One
 * thread at a time may use it.
 */
final class ProcessCheckpoint implements GuestCheckpoint {
    private final NativeGuest guest;
    private final PausedCopy copy;
    private final MemoryHold memory;
    private final ProcessUnwinder unwinder;
    private final ChangeLog.Moment<AddressRange> sections;
    private final List<Runnable> states;
    private final long changes;

    /**
     * A checkpoint.
     *
     * @param memory keeps the memory that the copy knows
     * @param unwinder knows the unwind info that is registered
     * @param states make the services know what they knew
     * @param changes what {@link NativeThreads#changes} was before the copy was made
     */
    ProcessCheckpoint(
            NativeGuest guest,
            PausedCopy copy,
            MemoryHold memory,
            ProcessUnwinder unwinder,
            List<Runnable> states,
            long changes) {
        this.guest = guest;
        this.copy = copy;
        this.memory = memory;
        this.unwinder = unwinder;
        this.sections = unwinder.now();
        this.states = states;
        this.changes = changes;
    }

    @Override
    public boolean isCurrent() {
        return guest.threads().changes() == changes;
    }

    @Override
    public void restore() throws HostCallException {
        guest.replaceBy(copy);
        ChangeLog.Difference<AddressRange> since = unwinder.since(sections);
        unwinder.deregisterGone(since);
        memory.restore();
        unwinder.registerNew(since);
        states.forEach(Runnable::run);
        close();
    }

    @Override
    public void close() {
        copy.close();
        memory.close();
    }
}
