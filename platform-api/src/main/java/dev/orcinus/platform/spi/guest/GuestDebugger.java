package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;
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
     * Tells a profiler that records the guest's process of a file that describes code: maps its
     * first page as code, which profilers note. It stays mapped.
     *
     * @param path the file, whose name tells its kind
     */
    default void showProfile(String path) throws HostCallException {
        throw new HostCallException("mmap(" + path + ")", 0, "this guest has no profilers");
    }

    /**
     * Returns where the guest's own runtime has code of which debuggers know nothing, such as the
     * compiled methods of a JVM.
     */
    default List<AddressRange> runtimeCode() {
        return List.of();
    }

    /**
     * Returns the address of {@code __jit_debug_descriptor} or {@code __jit_debug_register_code};
     * empty for other names.
     */
    Optional<ExecutorAddress> find(String name) throws HostCallException;
}
