package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.graph.EdgeKind;
import java.lang.foreign.MemorySegment;

/** The relocation numbers of one processor, translated once, here. */
interface ElfMachine {
    /** As the first part of a target triple names it. */
    String name();

    /** The kind of edge for a relocation number, or null if it is not supported. */
    EdgeKind kind(int number);

    /** The relocation number's name, or "unknown". */
    String nameOf(int number);

    /** Whether the relocation changes nothing, and marks something for linkers only. */
    boolean isMark(int number);

    /** Whether the edge's value counts from {@code _GLOBAL_OFFSET_TABLE_}. */
    boolean needsGotBase(EdgeKind kind);

    /**
     * Whether the kind is for thread-local variables; all that are have {@code TLS_} in their
     * names.
     */
    default boolean isThreadLocal(EdgeKind kind) {
        return kind.name().contains("TLS_");
    }

    /**
     * The addend that a {@code REL} relocation keeps in the bytes that it will change.
     *
     * @param content the section's bytes
     */
    long implicitAddend(EdgeKind kind, MemorySegment content, long offset);
}
