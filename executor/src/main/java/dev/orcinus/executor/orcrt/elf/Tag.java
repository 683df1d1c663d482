package dev.orcinus.executor.orcrt.elf;

import java.util.List;

/**
 * The controller's handlers that the runtime calls: each is known by the address of a symbol of one
 * byte.
 */
enum Tag {
    /** {@code SPSExpected<seq<tuple<addr, seq<addr>>>> (addr)}. */
    PUSH_INITIALIZERS("__orc_rt_elfnix_push_initializers_tag"),
    /** {@code SPSExpected<addr> (addr, string)}. */
    SYMBOL_LOOKUP("__orc_rt_elfnix_symbol_lookup_tag"),
    /** {@code SPSExpected<SPSExecutorSymbolDef> (addr)}. */
    RESOLVE("__orc_rt_resolve_tag"),
    /** {@code SPSError (uint64, uint32)}. */
    REOPTIMIZE("__orc_rt_reoptimize_tag");

    /** All, in the order of their addresses. */
    static final List<Tag> ALL = List.of(values());

    private final String symbol;

    Tag(String symbol) {
        this.symbol = symbol;
    }

    /** Its place among the tags. */
    int number() {
        return ALL.indexOf(this);
    }

    String symbol() {
        return symbol;
    }
}
