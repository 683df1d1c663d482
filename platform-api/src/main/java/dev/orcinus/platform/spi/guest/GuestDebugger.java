package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.util.Optional;

/** GDB's JIT interface ("JIT Compilation Interface" of the GDB manual). */
public interface GuestDebugger {
    /**
     * Tells an attached debugger, and one that attaches later, of an object file in memory.
     *
     * @param object the bytes of the object file, which stay readable until {@link #unregister}
     */
    void register(AddressRange object) throws HostCallException;

    /** Takes an object back; one that is not registered is no error. */
    void unregister(AddressRange object) throws HostCallException;

    /**
     * Returns the address of {@code __jit_debug_descriptor} or {@code __jit_debug_register_code};
     * empty for other names.
     */
    Optional<ExecutorAddress> find(String name) throws HostCallException;
}
