package dev.orcinus.loader.format;

import dev.orcinus.loader.LinkException;
import java.io.IOException;

/** A writer of the tables of one object as text, in the file's order. */
public interface ObjectText {
    /** Writes the sections. */
    void writeSections() throws IOException, LinkException;

    /** Writes the symbols. */
    void writeSymbols() throws IOException, LinkException;

    /** Writes the relocations, section by section. */
    void writeRelocations() throws IOException, LinkException;
}
