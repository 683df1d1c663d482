package dev.orcinus.executor.orcrt.core;

import java.util.List;

/**
 * The controller's handlers that the runtime calls: each is known by the address of a symbol of one
 * byte, which each format names in its own way.
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

    /** All, in the order of their addresses. */
    public static final List<Tag> ALL = List.of(values());

    /** Its place among the tags. */
    int number() {
        return ALL.indexOf(this);
    }
}
