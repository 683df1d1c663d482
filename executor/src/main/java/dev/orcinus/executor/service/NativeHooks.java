package dev.orcinus.executor.service;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostCalls.PointerConsumer;
import dev.orcinus.platform.spi.host.Host;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * C functions that guest code finds among the process symbols but that we answer: unwind
 * registration, which must be undone with the memory; {@code atexit}, which no shared library has;
 * GDB's JIT interface, which a JVM lacks; registration of thread-locals' destructors. Native
 * addresses are made when a name is first asked for. For many threads.
 */
public final class NativeHooks {
    private final Host host;
    private final Map<String, PointerConsumer> functions;
    private final ProcessSymbols runtime;
    private final ConcurrentMap<String, ExecutorAddress> addresses = new ConcurrentHashMap<>();

    /**
     * Hooks by C name.
     *
     * @param runtime what our archive in place of LLVM's runtime refers to
     */
    public NativeHooks(Host host, Map<String, PointerConsumer> functions, ProcessSymbols runtime) {
        this.host = host;
        this.functions = Map.copyOf(functions);
        this.runtime = runtime;
    }

    /** The address of a name that we answer. */
    Optional<ExecutorAddress> find(String name) {
        PointerConsumer function = functions.get(name);
        if (function != null) {
            return Optional.of(
                    addresses.computeIfAbsent(
                            name, _ -> host.calls().exportPointerConsumer(function)));
        }
        Optional<ExecutorAddress> ofRuntime = runtime.find(name);
        if (ofRuntime.isPresent()) {
            return ofRuntime;
        }
        try {
            Optional<ExecutorAddress> own = host.threadLocals().find(name);
            return own.isPresent() ? own : host.debugger().find(name);
        } catch (HostCallException e) {
            return Optional.empty();
        }
    }
}
