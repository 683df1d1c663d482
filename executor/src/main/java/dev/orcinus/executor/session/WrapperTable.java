package dev.orcinus.executor.session;

import dev.orcinus.executor.target.PresentedTarget;
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
 * The wrapper functions of this process, by address and by LLVM's names. One table exists per
 * process; it is immutable.
 */
public final class WrapperTable {
    private final PresentedTarget target;
    private final Map<ExecutorAddress, WrapperFunction> functions = new HashMap<>();
    private final Set<ExecutorAddress> registrations = new HashSet<>();
    private final Map<String, ExecutorAddress> bootstrapSymbols = new LinkedHashMap<>();
    private final Map<String, ExecutorAddress> processSymbols = new HashMap<>();

    /** The place where controllers look for a name. */
    public enum Scope {
        /** In the Setup message. */
        BOOTSTRAP,
        /** Among the symbols of the executor process. */
        PROCESS,
        /** In both, because versions of LLVM differ. */
        BOTH
    }

    /**
     * A function and one of its names.
     *
     * @param scope where controllers look for the name
     * @param name LLVM's name
     * @param registers whether the function only registers something with this process, so that it
     *     can run on the reader thread as an allocation action
     * @param function the function, which may have several rows
     */
    public record Row(Scope scope, String name, boolean registers, WrapperFunction function) {}

    /**
     * Gives every function an address.
     *
     * @param target the target of the controllers' code
     * @param rows the functions
     * @param instances the names of service instances, each with a function of that service; the
     *     function's address represents the instance, because no handle has that value
     * @param nativeEntry creates the function that native code calls
     */
    public WrapperTable(
            Guest guest,
            PresentedTarget target,
            List<Row> rows,
            Map<String, WrapperFunction> instances,
            NativeEntry nativeEntry)
            throws HostCallException {
        this.target = target;
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

    /** Returns the function at an address, or null. */
    public WrapperFunction at(ExecutorAddress address) {
        return functions.get(address);
    }

    /**
     * Returns whether the function at an address only registers something with this process, so
     * that it may run on the reader thread.
     */
    boolean isRegistration(ExecutorAddress address) {
        return registrations.contains(address);
    }

    /** Returns an address at which no controller has a handler. */
    ExecutorAddress noHandler() {
        return bootstrapSymbols.values().iterator().next();
    }

    /** Returns the target of the controllers' code. */
    PresentedTarget target() {
        return target;
    }

    /** Returns the names for the Setup message, as C spells them. */
    public Map<String, ExecutorAddress> bootstrapSymbols() {
        return bootstrapSymbols;
    }

    /** Returns the address of a name that LLVM looks for in the executor process, or null. */
    public ExecutorAddress processSymbol(String name) {
        return processSymbols.get(name);
    }

    /** Creates the functions that native code calls. */
    @FunctionalInterface
    public interface NativeEntry {
        /**
         * Returns a function for native callers that finds the session and calls {@code function}.
         */
        ExportedFunction to(WrapperFunction function);
    }
}
