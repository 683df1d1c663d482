package dev.orcinus.loader.input;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.elf.ElfExports;
import dev.orcinus.loader.format.elf.ElfGraphBuilder;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.object.FileKind;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Reads object files of each format. */
public final class ObjectReader {
    private ObjectReader() {}

    /**
     * The graph of an object.
     *
     * @param name for messages
     * @param bytes its content; the graph refers to it
     */
    public static LinkGraph read(String name, MemorySegment bytes) throws LinkException {
        return switch (FileKind.of(bytes)) {
            case ELF -> ElfGraphBuilder.build(name, bytes);
            case ARCHIVE, THIN_ARCHIVE, BITCODE, WRAPPED_BITCODE, MACH_O, OTHER ->
                    throw unsupported(name, bytes);
        };
    }

    /** The symbols that an object defines for others; none if it is no object. */
    static List<String> exports(String name, MemorySegment bytes) throws LinkException {
        return switch (FileKind.of(bytes)) {
            case ELF -> ElfExports.of(name, bytes);
            case ARCHIVE, THIN_ARCHIVE, BITCODE, WRAPPED_BITCODE, MACH_O, OTHER -> List.of();
        };
    }

    private static UnsupportedObjectException unsupported(String name, MemorySegment bytes) {
        return new UnsupportedObjectException(
                name,
                "this is "
                        + FileKind.of(bytes).description()
                        + " ("
                        + bytes.byteSize()
                        + " bytes); ELF objects are linked");
    }
}
