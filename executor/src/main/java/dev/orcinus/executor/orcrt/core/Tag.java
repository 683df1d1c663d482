package dev.orcinus.executor.orcrt.core;

import java.util.List;

/**
 * The controller's handlers that the runtime calls. Each is identified by the address of a symbol
 * of one byte, whose name depends on the format.
 */
public enum Tag {
    /** {@code SPSExpected<seq<tuple<addr, seq<addr>>>> (addr)}. */
    PUSH_INITIALIZERS,
    /** {@code SPSExpected<addr> (addr, string)}. */
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
