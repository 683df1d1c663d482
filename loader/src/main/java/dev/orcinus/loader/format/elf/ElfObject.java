package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import java.util.Optional;

/**
 * An object that is made into a graph, as the classes that read its parts share it.
 *
 * @param file the file
 * @param machine the processor that it is for
 * @param symbols its symbol table
 * @param graph the graph that is being built
 */
record ElfObject(ElfFile file, ElfMachine machine, Optional<SymbolTable> symbols, LinkGraph graph) {
    /** The largest section that is accepted; a larger size is taken for an error in the file. */
    static final long LARGEST_SECTION_BYTES = 1L << 31;

    /** The same for variables that are zeros at first, which have no bytes in the file. */
    static final long LARGEST_ZEROS_BYTES = 1L << 40;

    /** Zeros of this size are not within reach of code that has other memory besides them. */
    private static final long OUT_OF_REACH_BYTES = (1L << 31) - (64L << 20);

    /**
     * With the medium code model, arrays are in sections of their own, however small they are. They
     * lie with the other variables up to this size.
     */
    private static final long LARGE_BYTES = 64L << 20;

    /**
     * Returns the use of zeros that are variables.
     *
     * @param isFar whether the file says that code reaches them at any distance
     */
    static Section.Use useOfZeros(long sizeBytes, boolean isFar) {
        return sizeBytes >= (isFar ? LARGE_BYTES : OUT_OF_REACH_BYTES)
                ? Section.Use.LARGE
                : Section.Use.VARIABLES;
    }

    static final long LARGEST_ALIGNMENT_BYTES = 1L << 30;

    FileBytes bytes() {
        return file.bytes();
    }

    /** Returns the symbol table that a section refers to. */
    SymbolTable symbolsOf(SectionHeader header) throws MalformedFileException {
        if (symbols.isEmpty() || symbols.get().index() != header.link()) {
            throw bytes().malformed(
                            header.offset(),
                            """
                            section %d refers to the symbols of section %d, \
                            which is no symbol table"""
                                    .formatted(header.index(), header.link()));
        }
        return symbols.get();
    }
}
