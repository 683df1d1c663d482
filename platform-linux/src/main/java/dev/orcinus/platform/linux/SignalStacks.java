package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.Signal.SS_DISABLE;
import static dev.orcinus.bindings.linux.Signal.StackT.SS_FLAGS;
import static dev.orcinus.bindings.linux.Signal.StackT.SS_SIZE;
import static dev.orcinus.bindings.linux.Signal.StackT.SS_SP;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.Signal;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Signal stacks for guest threads. HotSpot handles a bad access on the stack that made it, so an
 * overflow of a guest's stack would end the process without a report; its handlers also work on a
 * signal stack.
 */
final class SignalStacks {
    /** HotSpot's error report needs about 100 KiB. */
    private static final long STACK_BYTES = 256 << 10;

    private final GuestMemory memory;
    private final FaultHandlers faultHandlers;

    SignalStacks(GuestMemory memory, FaultHandlers faultHandlers) {
        this.memory = memory;
        this.faultHandlers = faultHandlers;
    }

    /** Gives the calling thread a signal stack. */
    PreparedThread enter() throws HostCallException {
        faultHandlers.install();
        AddressRange stack = memory.map(STACK_BYTES);
        try {
            set(stack, 0);
        } catch (HostCallException e) {
            memory.unmap(List.of(stack));
            throw e;
        }
        return new LinuxThread(memory, stack, Unistd.gettid());
    }

    /**
     * A thread with a signal stack.
     *
     * @param kernelId the kernel's id of the thread
     */
    private record LinuxThread(GuestMemory memory, AddressRange stack, long kernelId)
            implements PreparedThread {
        private static final long CHECK_NANOS = 50_000;

        /**
         * Takes the signal stack back and unmaps it; one that cannot be taken back stays mapped.
         */
        @Override
        public void close() {
            try {
                set(stack, SS_DISABLE);
                memory.unmap(List.of(stack));
            } catch (HostCallException inUse) {
                // the thread counts as running on a signal stack
            }
        }

        @Override
        public void awaitEnd() {
            Path thread = Path.of("/proc/self/task", Long.toString(kernelId));
            while (Files.exists(thread)) {
                LockSupport.parkNanos(CHECK_NANOS);
            }
        }
    }

    private static void set(AddressRange stack, int flags) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment description = arena.allocate(Signal.StackT.SIZEOF);
            description.set(JAVA_LONG, SS_SP, stack.start().value());
            description.set(JAVA_INT, SS_FLAGS, flags);
            description.set(JAVA_LONG, SS_SIZE, stack.sizeBytes());
            if (Signal.sigaltstack(state, description, MemorySegment.NULL) != 0) {
                throw Failure.of("sigaltstack(" + stack + ", " + flags + ")", state);
            }
        }
    }
}
