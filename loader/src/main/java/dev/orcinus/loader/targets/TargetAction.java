package dev.orcinus.loader.targets;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;

/** One half of an allocation action, as the linker requests it. */
public sealed interface TargetAction {
    /** An action that does nothing. */
    TargetAction NONE = new None();

    /** An action that does nothing. */
    record None() implements TargetAction {}

    /**
     * Registers an {@code .eh_frame} section with the unwinder.
     *
     * @param section the range of its records and of the terminator behind them
     */
    record RegisterEhFrame(AddressRange section) implements TargetAction {}

    /**
     * Deregisters an {@code .eh_frame} section.
     *
     * @param section the range that was registered
     */
    record DeregisterEhFrame(AddressRange section) implements TargetAction {}

    /**
     * Calls a wrapper function of linked code without arguments. The function returns an {@code
     * SPSError}.
     *
     * @param function its address
     */
    record CallWrapper(ExecutorAddress function) implements TargetAction {}

    /**
     * Closes thread-local storage.
     *
     * @param handle a handle from {@link LinkTarget#openThreadLocals}
     */
    record CloseThreadLocals(ExecutorAddress handle) implements TargetAction {}

    /**
     * Both halves of an allocation action.
     *
     * @param finalizeAction runs after the segments are in place
     * @param deallocAction runs before deallocation
     */
    record Pair(TargetAction finalizeAction, TargetAction deallocAction) {}
}
