package dev.orcinus.loader.input;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Reads object files of each format. */
public final class ObjectReader {
    private ObjectReader() {}

    /**
     * Returns the graph of an object.
     *
     * @param name for messages
     * @param bytes its content; the graph refers to it
     */
    public static LinkGraph read(String name, MemorySegment bytes) throws LinkException {
        Optional<ObjectFormat> format = ObjectFormats.of(bytes);
        if (format.isEmpty()) {
            throw new UnsupportedObjectException(
                    name,
                    "this is %s (%d bytes); ELF objects are linked"
                            .formatted(FileKind.of(bytes).description(), bytes.byteSize()));
        }
        return format.get().read(name, bytes);
    }

    /** Returns the symbols that an object defines for others; none if it is no object. */
    static List<String> exports(String name, MemorySegment bytes) throws LinkException {
        Optional<ObjectFormat> format = ObjectFormats.of(bytes);
        return format.isPresent() ? format.get().exports(name, bytes) : List.of();
    }
}
