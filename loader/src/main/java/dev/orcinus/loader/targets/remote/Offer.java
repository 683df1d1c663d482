package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.Setup;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The bootstrap symbols that an executor offers in its Setup message. They show which kind of
 * executor it is, because the protocol has no version number.
 *
 * @param setup the message
 * @param peer a description of the executor, for messages
 */
record Offer(Setup setup, String peer) {
    /** Returns whether all of {@code names} are offered. */
    boolean hasAll(Collection<String> names) {
        return names.stream().allMatch(name -> find(name) != null);
    }

    /**
     * Returns the address of a name, or null. LLVM 24 spells names as the object format does, which
     * is with an underscore in front for Mach-O.
     */
    ExecutorAddress find(String name) {
        ExecutorAddress address = setup.bootstrapSymbols().get(name);
        return address == null ? setup.bootstrapSymbols().get("_" + name) : address;
    }

    private ExecutorAddress newest(String newName, String name) {
        ExecutorAddress address = find(newName);
        return address == null ? get(name) : address;
    }

    /**
     * Returns the address of a name.
     *
     * @throws TargetException if it is not offered
     */
    ExecutorAddress get(String name) {
        ExecutorAddress address = find(name);
        if (address == null) {
            throw missing(List.of(name));
        }
        return address;
    }

    /** Returns {@code run_as_main}, a function (address, sequence of string) to int64. */
    ExecutorAddress runAsMain() {
        return newest(LlvmNames.CALL_MAIN, LlvmNames.RUN_AS_MAIN);
    }

    /** Returns {@code run_as_void_function}, a function (address) to int32. */
    ExecutorAddress runAsVoidFunction() {
        return newest(LlvmNames.CALL_INT32_VOID, LlvmNames.RUN_AS_VOID_FUNCTION);
    }

    /** Returns the newest form of the memory manager that is offered. */
    MemoryForm memoryForm() {
        for (MemoryForm form : MemoryForm.values()) {
            if (hasAll(form.names())) {
                return form;
            }
        }
        throw missing(MemoryForm.PARTS.names());
    }

    /** Returns the newest form of the dylib manager that is offered. */
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
        missing.removeIf(name -> find(name) != null);
        return new TargetException(
                peer + ": it does not offer " + String.join(", ", missing), null);
    }
}
