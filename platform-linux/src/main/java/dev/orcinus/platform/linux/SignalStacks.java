package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.Signal.SA_ONSTACK;
import static dev.orcinus.bindings.linux.Signal.SIGBUS;
import static dev.orcinus.bindings.linux.Signal.SIGSEGV;
import static dev.orcinus.bindings.linux.Signal.SS_DISABLE;
import static dev.orcinus.bindings.linux.Signal.Sigaction.SA_FLAGS;
import static dev.orcinus.bindings.linux.Signal.StackT.SS_FLAGS;
import static dev.orcinus.bindings.linux.Signal.StackT.SS_SIZE;
import static dev.orcinus.bindings.linux.Signal.StackT.SS_SP;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.Signal;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Signal stacks for guest threads. HotSpot handles a bad access on the stack that made it, so an
 * overflow of a guest's stack would kill the process without a word; its handlers work on a signal
 * stack just as well and are told once to use one where there is one. Threads without one, the
 * JVM's own, do as before.
 */
final class SignalStacks {
    /** HotSpot's error report needs about 100 KiB. */
    private static final long STACK_BYTES = 256 << 10;

    private final HostMemory memory;
    private boolean handlersReady;

    SignalStacks(HostMemory memory) {
        this.memory = memory;
    }

    /**
     * Gives the calling thread a signal stack.
     *
     * @return what takes it back, on the same thread
     */
    AutoCloseable enter() throws HostCallException {
        readyHandlers();
        AddressRange stack = memory.map(STACK_BYTES);
        try {
            set(stack, 0);
        } catch (HostCallException e) {
            memory.unmap(stack);
            throw e;
        }
        return () -> leave(stack);
    }

    private void leave(AddressRange stack) throws HostCallException {
        set(stack, SS_DISABLE);
        memory.unmap(stack);
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

    private synchronized void readyHandlers() throws HostCallException {
        if (!handlersReady) {
            useSignalStack(SIGSEGV);
            useSignalStack(SIGBUS);
            handlersReady = true;
        }
    }

    private static void useSignalStack(int signal) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment action = arena.allocate(Signal.Sigaction.SIZEOF);
            if (Signal.sigaction(state, signal, MemorySegment.NULL, action) != 0) {
                throw Failure.of("sigaction(" + signal + ")", state);
            }
            action.set(JAVA_INT, SA_FLAGS, action.get(JAVA_INT, SA_FLAGS) | SA_ONSTACK);
            if (Signal.sigaction(state, signal, action, MemorySegment.NULL) != 0) {
                throw Failure.of("sigaction(" + signal + ", SA_ONSTACK)", state);
            }
        }
    }
}
