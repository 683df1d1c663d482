package dev.orcinus.runtime.observe;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.runtime.RegistrationException;
import java.lang.foreign.MemorySegment;

/**
 * The object files that a session has shown to debuggers through GDB's JIT interface. LLVM never
 * takes them back; here each goes with its memory. For many threads.
 */
public final class DebugObjects {
    private static final int SMALLEST_OBJECT_BYTES = 32;

    private final GuestDebugger debugger;
    private final GuestMemory memory;
    private final MemoryManager manager;

    /** A session's debug objects. */
    public DebugObjects(GuestDebugger debugger, GuestMemory memory, MemoryManager manager) {
        this.debugger = debugger;
        this.memory = memory;
        this.manager = manager;
    }

    /**
     * Shows an object file to debuggers.
     *
     * @throws RegistrationException if it is too small or not readable
     */
    public synchronized void register(AddressRange object) throws RegistrationException {
        requireReadable(object);
        boolean tied = manager.onDealloc(object.start(), withdrawal(object));
        if (!tied && manager.reserves(object.start())) {
            throw new RegistrationException(
                    "debug object " + object + " lies in no allocation", null);
        }
        try {
            debugger.register(object);
        } catch (HostCallException e) {
            throw new RegistrationException("debug object " + object, e);
        }
    }

    private void requireReadable(AddressRange object) throws RegistrationException {
        if (Long.compareUnsigned(object.sizeBytes(), SMALLEST_OBJECT_BYTES) < 0) {
            throw new RegistrationException(
                    "debug object " + object + " is shorter than any object file", null);
        }
        MemorySegment probe = MemorySegment.ofArray(new byte[1]);
        ExecutorAddress last = new ExecutorAddress(object.end().value() - 1);
        if (!memory.tryRead(object.start(), probe) || !memory.tryRead(last, probe)) {
            throw new RegistrationException("debug object " + object + " is not readable", null);
        }
    }

    private synchronized void withdraw(AddressRange object)
            throws AllocationAction.ActionFailedException {
        try {
            debugger.unregister(object);
        } catch (HostCallException e) {
            throw new AllocationAction.ActionFailedException(
                    "debug object " + object + ": " + e.getMessage());
        }
    }

    /** What takes {@code object} back; run twice, it does so once. */
    AllocationAction withdrawal(AddressRange object) {
        return new AllocationAction() {
            @Override
            public void run() throws ActionFailedException {
                withdraw(object);
            }

            @Override
            public boolean runsGuestCode() {
                return false;
            }

            @Override
            public ExecutorAddress function() {
                return object.start();
            }
        };
    }
}
