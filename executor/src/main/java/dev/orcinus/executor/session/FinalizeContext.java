package dev.orcinus.executor.session;

import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/**
 * What a call of a wrapper function belongs to.
 *
 * @param allocation the key of the allocation whose finalize action the call is; empty for all
 *     other calls
 */
public record FinalizeContext(Optional<ExecutorAddress> allocation) {
    /** For calls that are no finalize actions. */
    public static final FinalizeContext NONE = new FinalizeContext(Optional.empty());

    /** For the finalize actions of an allocation. */
    public static FinalizeContext of(ExecutorAddress allocation) {
        return new FinalizeContext(Optional.of(allocation));
    }
}
