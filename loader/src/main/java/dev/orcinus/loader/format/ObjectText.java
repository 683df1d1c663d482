package dev.orcinus.loader.format;

import java.io.IOException;

/** A writer of the tables of one object as text, in the file's order. */
public interface ObjectText {
    /** Writes the sections. */
    void writeSections() throws IOException;

    /** Writes the symbols. */
    void writeSymbols() throws IOException;

    /** Writes the relocations, section by section. */
    void writeRelocations() throws IOException;
}
