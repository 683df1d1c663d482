package dev.orcinus.executor.orcrt.core;

import java.util.List;

/**
 * The controller's handlers that the runtime calls. Each is identified by the address of a symbol
 * of one byte, whose name depends on the format.
 */
public enum Tag {
    /** Returns what a dylib is linked against; the form depends on the format. */
    PUSH_INITIALIZERS,
    /** Has symbols linked; the form depends on the format. */
    SYMBOL_LOOKUP,
    /** {@code SPSExpected<SPSExecutorSymbolDef> (addr)}. */
    RESOLVE,
    /** {@code SPSError (uint64, uint32)}. */
    REOPTIMIZE;

    /** All tags, in the order of their addresses. */
    public static final List<Tag> ALL = List.of(values());

    /** Returns its index among the tags. */
    int number() {
        return ALL.indexOf(this);
    }
}
