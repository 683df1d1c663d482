package dev.orcinus.executor.session;

import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/**
 * The finalize request that a call of a wrapper function belongs to, if any.
 *
 * @param allocation the key of the allocation whose finalize action the call is; empty for all
 *     other calls
 */
public record FinalizeContext(Optional<ExecutorAddress> allocation) {
    /** The context of a call that is not a finalize action. */
    public static final FinalizeContext NONE = new FinalizeContext(Optional.empty());

    /** Returns the context of the finalize actions of an allocation. */
    public static FinalizeContext of(ExecutorAddress allocation) {
        return new FinalizeContext(Optional.of(allocation));
    }
}
