package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.Setup;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What an executor offers in its Setup message. What it is, is told by that and not by a version:
 * there is none on the wire.
 *
 * @param setup the message
 * @param peer who sent it, for messages
 */
record Offer(Setup setup, String peer) {
    private static final String BOOT = "__llvm_orc_bootstrap_";

    /** Whether all of {@code names} are offered. */
    boolean hasAll(Collection<String> names) {
        return setup.bootstrapSymbols().keySet().containsAll(names);
    }

    /** The address behind a name, or null. */
    ExecutorAddress find(String name) {
        return setup.bootstrapSymbols().get(name);
    }

    /** The address behind a name. */
    ExecutorAddress get(String name) {
        ExecutorAddress address = find(name);
        if (address == null) {
            throw missing(List.of(name));
        }
        return address;
    }

    /** {@code run_as_main}: (address, sequence of string) to int64. */
    ExecutorAddress runAsMain() {
        return get(BOOT + "run_as_main_wrapper");
    }

    /** {@code run_as_void_function}: (address) to int32. */
    ExecutorAddress runAsVoidFunction() {
        return get(BOOT + "run_as_void_function_wrapper");
    }

    /** The memory manager's newest form that is offered. */
    MemoryForm memoryForm() {
        for (MemoryForm form : MemoryForm.values()) {
            if (hasAll(form.names())) {
                return form;
            }
        }
        throw missing(MemoryForm.PARTS.names());
    }

    /** The dylib manager's newest form that is offered. */
    DylibForm dylibForm() {
        for (DylibForm form : DylibForm.values()) {
            if (hasAll(form.names())) {
                return form;
            }
        }
        throw missing(DylibForm.RESOLVE.names());
    }

    private TargetException missing(Collection<String> names) {
        TreeSet<String> missing = new TreeSet<>(names);
        missing.removeAll(setup.bootstrapSymbols().keySet());
        return new TargetException(
                peer + ": it does not offer " + String.join(", ", missing), null);
    }
}
