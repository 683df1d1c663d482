package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.NamePool;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfHeader;
import dev.orcinus.formats.elf.ElfIdent;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;

/**
 * A builder of link graphs from objects: a graph gets a block for each section that will be in
 * memory, a symbol for each symbol, and an edge for each relocation.
 */
final class ElfGraphBuilder {
    private ElfGraphBuilder() {}

    /**
     * Returns the graph of an object, which refers to the file's bytes.
     *
     * @param readsLater whether relocations are left to be read when their blocks are needed
     */
    static LinkGraph build(GraphFormat format, FileBytes bytes, boolean readsLater)
            throws MalformedFileException {
        ElfFile file = open(bytes);
        ElfMachine machine = ElfMachine.of(file);
        LinkGraph graph = new LinkGraph(bytes.file(), format, machine.name());
        ElfObject object = new ElfObject(file, machine, SymbolTable.of(file), graph);
        ElfSections sections = new ElfSections(object);
        sections.add();
        ElfSymbols symbols = new ElfSymbols(object, sections);
        symbols.add();
        sections.addGroups();
        new ElfRelocations(object, sections, symbols, readsLater).add();
        return graph;
    }

    /** Reads the tables of an object, and requires that it is of a kind that can be linked. */
    static ElfFile open(FileBytes bytes) throws MalformedFileException {
        ElfIdent ident = ElfIdent.read(bytes);
        if (!ident.isElf64LittleEndian()) {
            throw new UnsupportedObjectException(
                    bytes.file(),
                    """
                    an ELF file of class %d, data encoding %d, version %d; \
                    only 64-bit little-endian ones (2, 1, 1) are linked"""
                            .formatted(ident.fileClass(), ident.encoding(), ident.version()));
        }
        int type = ElfHeader.read(bytes).type();
        if (type != Elf.ET_REL) {
            throw new UnsupportedObjectException(
                    bytes.file(),
                    """
                    an ELF file of type %d; \
                    only relocatable objects (1, what a compiler's -c makes) are linked"""
                            .formatted(type));
        }
        return ElfFile.read(bytes, NamePool.shared());
    }
}
