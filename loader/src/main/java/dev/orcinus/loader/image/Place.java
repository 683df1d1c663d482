package dev.orcinus.loader.image;

import dev.orcinus.loader.graph.Section;

/** What an edge or a symbol of a kept program refers to. */
public sealed interface Place {
    /** A place in the memory of a use, in bytes from its start. */
    record InMemory(Section.Use use, long offset) implements Place {}

    /** A place in one of the blocks of thread-locals, by its number. */
    record InThreadLocals(int block, long offset) implements Place {}

    /** The start of the program's thread-local storage. */
    record StartOfThreadLocals() implements Place {}

    /** An address that is the same wherever the program lies. */
    record Fixed(long address) implements Place {}

    /** A symbol that the program does not define, by its number. */
    record Outside(int symbol) implements Place {}
}
