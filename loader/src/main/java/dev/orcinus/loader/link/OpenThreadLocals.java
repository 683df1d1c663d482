package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.TlsBlock;
import dev.orcinus.loader.graph.TlsUse;
import dev.orcinus.platform.ExecutorAddress;

/**
 * Thread-local storage that is open for an object.
 *
 * @param handle the handle by which the target closes it; null if there is none
 * @param isStatic whether it is in static TLS
 */
record OpenThreadLocals(ExecutorAddress handle, boolean isStatic) {
    static final OpenThreadLocals NONE = new OpenThreadLocals(ExecutorAddress.NULL, false);

    boolean isOpen() {
        return !handle.isNull();
    }

    /** Returns whether {@code block}, which is this storage, has the value that an edge needs. */
    boolean offers(TlsUse use, TlsBlock block, long offset) {
        return switch (use) {
            case NONE, OFFSET, OWN_OFFSET, MODULE -> true;
            case THREAD_POINTER_OFFSET -> isStatic;
            case DESCRIPTOR -> block.descriptors().containsKey(offset);
        };
    }
}
