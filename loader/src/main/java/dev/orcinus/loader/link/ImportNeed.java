package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.TlsUse;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;

/** How a thread-local variable that is there already is used. */
final class ImportNeed {
    private final String symbol;
    private final ExecutorAddress block;
    private final long offset;
    private boolean isStatic;
    private boolean hasDescriptor;

    /**
     * Not used yet.
     *
     * @param symbol its name in the process; empty if it lies in {@code block}
     * @param block the handle of that, or null
     * @param offset in the block
     */
    ImportNeed(String symbol, ExecutorAddress block, long offset) {
        this.symbol = symbol;
        this.block = block;
        this.offset = offset;
    }

    /** It is used that way, too. */
    void add(TlsUse use) {
        isStatic |= use == TlsUse.THREAD_POINTER_OFFSET;
        hasDescriptor |= use == TlsUse.DESCRIPTOR;
    }

    Import toImport() {
        return new Import(symbol, block, offset, isStatic, hasDescriptor);
    }
}
