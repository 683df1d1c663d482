package dev.orcinus.loader.targets;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;

/** One half of an allocation action, as the linker asks for it. */
public sealed interface TargetAction {
    /** Nothing. */
    TargetAction NONE = new None();

    /** Nothing. */
    record None() implements TargetAction {}

    /**
     * Registers an {@code .eh_frame} section with the unwinder.
     *
     * @param section its records, and the terminator behind them
     */
    record RegisterEhFrame(AddressRange section) implements TargetAction {}

    /**
     * Deregisters an {@code .eh_frame} section.
     *
     * @param section as it was registered
     */
    record DeregisterEhFrame(AddressRange section) implements TargetAction {}

    /**
     * Calls a wrapper function of linked code without arguments; its result is an {@code SPSError}.
     *
     * @param function its address
     */
    record CallWrapper(ExecutorAddress function) implements TargetAction {}

    /**
     * Closes thread-local storage.
     *
     * @param handle as {@link LinkTarget#openThreadLocals} has given it
     */
    record CloseThreadLocals(ExecutorAddress handle) implements TargetAction {}

    /**
     * Both halves.
     *
     * @param finalizeAction run once the segments are in place
     * @param deallocAction run before deallocation
     */
    record Pair(TargetAction finalizeAction, TargetAction deallocAction) {}
}
