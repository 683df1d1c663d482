package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachHeader;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import java.util.ArrayList;
import java.util.List;

/**
 * A builder of link graphs from objects: a graph gets a block for each atom of a section that will
 * be in memory, a symbol for each symbol, and an edge for each relocation. A block's address is
 * that in the object's own address space until the graph is laid out. Mirrors LLVM's {@code
 * MachOLinkGraphBuilder}.
 */
final class MachOGraphBuilder {
    private MachOGraphBuilder() {}

    /** Returns the graph of an object, which refers to the file's bytes. */
    static LinkGraph build(GraphFormat format, FileBytes bytes) throws MalformedFileException {
        MachFile file = open(bytes);
        MachOMachine machine = MachOMachine.of(file);
        LinkGraph graph = new LinkGraph(bytes.file(), format, machine.name());
        MachOObject object = new MachOObject(file, machine, graph);
        MachOSymbols symbols = new MachOSymbols(object);
        MachOSections sections = new MachOSections(object, symbols);
        sections.add();
        symbols.add(sections);
        new MachORelocations(object, sections, symbols).add();
        graph.setLibraries(libraries(file));
        return graph;
    }

    /**
     * Returns the names in options of the form {@code -lNAME}. Frameworks are left out, because
     * only Darwin has them: what is needed of one is reported as undefined.
     */
    private static List<String> libraries(MachFile file) {
        List<String> names = new ArrayList<>();
        for (List<String> option : file.linkerOptions()) {
            String first = option.isEmpty() ? "" : option.getFirst();
            if (first.startsWith("-l") && first.length() > 2) {
                names.add(first.substring(2));
            }
        }
        return names;
    }

    /** Reads the tables of an object, and requires that it is of a kind that can be linked. */
    static MachFile open(FileBytes bytes) throws MalformedFileException {
        int type = MachHeader.read(bytes).fileType();
        if (type != MachO.MH_OBJECT) {
            throw new UnsupportedObjectException(
                    bytes.file(),
                    """
                    a Mach-O file of type %d; \
                    only relocatable objects (1, what a compiler's -c makes) are linked"""
                            .formatted(type));
        }
        return MachFile.read(bytes);
    }
}
