package dev.orcinus.executor.session;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The wrapper functions of this process by address and by LLVM's names. Made once per process;
 * immutable.
 */
public final class WrapperTable {
    private final Map<ExecutorAddress, WrapperFunction> functions = new HashMap<>();
    private final Set<ExecutorAddress> registrations = new HashSet<>();
    private final Map<String, ExecutorAddress> bootstrapSymbols = new LinkedHashMap<>();
    private final Map<String, ExecutorAddress> processSymbols = new HashMap<>();

    /** Where controllers look for a name. */
    public enum Scope {
        /** In the Setup message. */
        BOOTSTRAP,
        /** Among the symbols of the executor process. */
        PROCESS,
        /** LLVM's versions differ: in both. */
        BOTH
    }

    /**
     * A function and a name of it.
     *
     * @param scope where the name is looked for
     * @param name LLVM's name
     * @param registers whether it only registers something with this process, so that it can run on
     *     the reader thread as an allocation action
     * @param function what it calls; a function may have several rows
     */
    public record Row(Scope scope, String name, boolean registers, WrapperFunction function) {}

    /**
     * Gives every function an address.
     *
     * @param rows the functions
     * @param instances names of service instances, each with a function of that service; its
     *     address stands for the instance, so it can be mistaken for no handle
     * @param nativeEntry how a call by native code reaches the function
     */
    public WrapperTable(
            Guest guest,
            List<Row> rows,
            Map<String, WrapperFunction> instances,
            NativeEntry nativeEntry)
            throws HostCallException {
        List<WrapperFunction> distinct = rows.stream().map(Row::function).distinct().toList();
        List<ExecutorAddress> addresses =
                guest.export(distinct.stream().map(nativeEntry::to).toList());
        Map<WrapperFunction, ExecutorAddress> addressOf = new HashMap<>();
        for (int i = 0; i < distinct.size(); i++) {
            functions.put(addresses.get(i), distinct.get(i));
            addressOf.put(distinct.get(i), addresses.get(i));
        }
        for (Row row : rows) {
            enter(row, addressOf.get(row.function));
        }
        instances.forEach((name, function) -> bootstrapSymbols.put(name, addressOf.get(function)));
    }

    private void enter(Row row, ExecutorAddress address) {
        if (row.registers) {
            registrations.add(address);
        }
        if (row.scope != Scope.PROCESS) {
            bootstrapSymbols.put(row.name, address);
        }
        if (row.scope != Scope.BOOTSTRAP) {
            processSymbols.put(row.name, address);
        }
    }

    /** The function at an address, or null. */
    public WrapperFunction at(ExecutorAddress address) {
        return functions.get(address);
    }

    /**
     * Whether the function at an address only registers something with this process: it may run on
     * the reader thread.
     */
    boolean isRegistration(ExecutorAddress address) {
        return registrations.contains(address);
    }

    /** An address that is no handler of any controller. */
    ExecutorAddress noHandler() {
        return bootstrapSymbols.values().iterator().next();
    }

    /** The names for the Setup message. */
    public Map<String, ExecutorAddress> bootstrapSymbols() {
        return bootstrapSymbols;
    }

    /** The address of a name that LLVM looks for in the executor process, or null. */
    public ExecutorAddress processSymbol(String name) {
        return processSymbols.get(name);
    }

    /** The way in for native code. */
    @FunctionalInterface
    public interface NativeEntry {
        /** A function for native callers that finds the session and calls {@code function}. */
        ExportedFunction to(WrapperFunction function);
    }
}
