package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.graph.LinkGraph;

/**
 * An object that is made into a graph, as the classes that read its parts share it.
 *
 * @param file the file
 * @param machine the processor that it is for
 * @param graph the graph that is being built
 */
record MachOObject(MachFile file, MachOMachine machine, LinkGraph graph) {
    /** The largest section that is accepted; a larger size is taken for an error in the file. */
    static final long LARGEST_SECTION_BYTES = 1L << 31;

    FileBytes bytes() {
        return file.bytes();
    }

    /** Returns whether sections are divided at symbols. */
    boolean hasSubsections() {
        return file.header().has(MachO.MH_SUBSECTIONS_VIA_SYMBOLS);
    }

    /** Returns an error about a section. */
    MalformedFileException malformed(MachSection section, String problem) {
        return bytes().malformed(
                        section.headerOffset(),
                        "section %d '%s' %s"
                                .formatted(section.ordinal(), section.fullName(), problem));
    }
}
