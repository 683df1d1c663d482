package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.TlsUse;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;

/** The uses of a thread-local variable that exists already. */
final class ImportNeed {
    private final String symbol;
    private final ExecutorAddress block;
    private final long offset;
    private boolean isStatic;
    private boolean hasDescriptor;

    /**
     * Makes an import without uses.
     *
     * @param symbol the variable's name in the process; empty if it lies in {@code block}
     * @param block the handle of the variable's block, or null
     * @param offset the variable's offset in the block
     */
    ImportNeed(String symbol, ExecutorAddress block, long offset) {
        this.symbol = symbol;
        this.block = block;
        this.offset = offset;
    }

    /** Adds a use. */
    void add(TlsUse use) {
        isStatic |= use == TlsUse.THREAD_POINTER_OFFSET;
        hasDescriptor |= use == TlsUse.DESCRIPTOR;
    }

    Import toImport() {
        return new Import(symbol, block, offset, isStatic, hasDescriptor);
    }
}
