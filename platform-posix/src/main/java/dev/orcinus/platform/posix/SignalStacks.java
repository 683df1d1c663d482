package dev.orcinus.platform.posix;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Signal stacks for guest threads. HotSpot handles a bad access on the stack that made it, so an
 * overflow of a guest's stack would end the process without a report; its handlers also work on a
 * signal stack.
 */
public final class SignalStacks {
    /** HotSpot's error report needs about 100 KiB. */
    private static final long STACK_BYTES = 256 << 10;

    private final GuestMemory memory;
    private final ThreadSystem system;

    /**
     * Makes no stack yet.
     *
     * @param memory where the stacks come from
     * @param system the calls in which systems differ
     */
    public SignalStacks(GuestMemory memory, ThreadSystem system) {
        this.memory = memory;
        this.system = system;
    }

    /** Gives the calling thread a signal stack. */
    PreparedThread enter() throws HostCallException {
        system.prepareHandlers();
        AddressRange stack = memory.map(STACK_BYTES);
        try {
            system.setSignalStack(stack);
        } catch (HostCallException e) {
            memory.unmap(List.of(stack));
            throw e;
        }
        return new ThreadWithStack(memory, system, stack, system.currentThread());
    }

    /** The calls on threads and signals in which systems differ. */
    public interface ThreadSystem {
        /** Makes the handlers of faults run on signal stacks; called before the first is set. */
        void prepareHandlers() throws HostCallException;

        /** Gives the calling thread a signal stack. */
        void setSignalStack(AddressRange stack) throws HostCallException;

        /** Takes the calling thread's signal stack back. */
        void removeSignalStack(AddressRange stack) throws HostCallException;

        /** Returns the kernel's id of the calling thread. */
        long currentThread();

        /** Returns whether this process has a thread of that id. */
        boolean hasThread(long id);
    }

    /**
     * A thread with a signal stack.
     *
     * @param kernelId the kernel's id of the thread
     */
    private record ThreadWithStack(
            GuestMemory memory, ThreadSystem system, AddressRange stack, long kernelId)
            implements PreparedThread {
        private static final long CHECK_NANOS = 50_000;

        /**
         * Takes the signal stack back and unmaps it; one that cannot be taken back stays mapped.
         */
        @Override
        public void close() {
            try {
                system.removeSignalStack(stack);
                memory.unmap(List.of(stack));
            } catch (HostCallException inUse) {
                // the thread counts as running on a signal stack
            }
        }

        @Override
        public boolean awaitEnd(Duration limit) {
            long begin = System.nanoTime();
            while (system.hasThread(kernelId)) {
                if (System.nanoTime() - begin >= limit.toNanos()) {
                    return false;
                }
                LockSupport.parkNanos(CHECK_NANOS);
            }
            return true;
        }
    }
}
