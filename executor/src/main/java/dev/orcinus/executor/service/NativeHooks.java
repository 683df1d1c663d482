package dev.orcinus.executor.service;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * C functions of ours that guest code finds among the process symbols: unwind registration, which
 * must be undone with the memory; {@code atexit}, which no shared library has; GDB's JIT interface,
 * which a JVM lacks; registration of thread-locals' destructors. A native address is created when
 * its name is first looked up. Thread-safe.
 */
public final class NativeHooks {
    /**
     * Functions of LLVM's libunwind, which take whole sections as libgcc's do, and ours that stand
     * for them in a process that has that library.
     */
    private static final Map<String, String> OF_LIBUNWIND =
            Map.of(
                    "__unw_add_dynamic_eh_frame_section", "__register_frame",
                    "__unw_remove_dynamic_eh_frame_section", "__deregister_frame");

    private final Guest guest;
    private final Map<String, ExportedFunction> functions;
    private final ProcessSymbols runtime;
    private final ConcurrentMap<String, ExecutorAddress> addresses = new ConcurrentHashMap<>();

    /**
     * Creates hooks by C name.
     *
     * @param runtime finds the symbols that our archive, which replaces LLVM's runtime, refers to
     */
    public NativeHooks(
            Guest guest, Map<String, ExportedFunction> functions, ProcessSymbols runtime) {
        this.guest = guest;
        this.functions = Map.copyOf(functions);
        this.runtime = runtime;
    }

    /**
     * Returns the address of a function of ours; empty for other names, and for those of which
     * {@link #insteadOf} is told.
     */
    Optional<ExecutorAddress> find(String name) {
        ExportedFunction function = functions.get(name);
        if (function != null) {
            return Optional.of(addresses.computeIfAbsent(name, _ -> export(function)));
        }
        if (OF_LIBUNWIND.containsKey(name)) {
            return Optional.empty();
        }
        Optional<ExecutorAddress> ofRuntime = runtime.find(name);
        if (ofRuntime.isPresent()) {
            return ofRuntime;
        }
        try {
            Optional<ExecutorAddress> own = guest.threadLocals().find(name);
            return own.isPresent() ? own : guest.debugger().find(name);
        } catch (HostCallException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the address that stands for that of a symbol which a library of the guest defines.
     */
    ExecutorAddress insteadOf(String name, ExecutorAddress found) {
        String ofLibgcc = OF_LIBUNWIND.get(name);
        return ofLibgcc == null ? found : find(ofLibgcc).orElse(found);
    }

    private ExecutorAddress export(ExportedFunction function) {
        try {
            return guest.export(List.of(function)).getFirst();
        } catch (HostCallException e) {
            throw new IllegalStateException(e);
        }
    }
}
