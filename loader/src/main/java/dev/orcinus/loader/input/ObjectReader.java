package dev.orcinus.loader.input;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** A reader of object files of all formats. */
public final class ObjectReader {
    private ObjectReader() {}

    /**
     * Returns the graph of an object.
     *
     * @param name the file's name, for messages
     * @param bytes the file's content, to which the graph refers
     */
    public static LinkGraph read(String name, MemorySegment bytes) {
        try {
            return format(name, bytes).read(name, bytes);
        } catch (InternalError e) {
            if (!bytes.isMapped()) {
                throw e;
            }
            throw new MalformedObjectException(
                    name, 0, "the file has become shorter since it was opened");
        }
    }

    /**
     * Returns the graph of an object that is a file of its own, which must not change until the
     * graph is linked.
     *
     * @param name the file's name, for messages
     * @param bytes the file's content, to which the graph refers
     * @param file the file that has the content
     */
    public static LinkGraph read(String name, MemorySegment bytes, MemberFiles file) {
        LinkGraph graph = read(name, bytes);
        file.state().ifPresent(before -> graph.setOrigin(() -> requireAs(before, file, name)));
        return graph;
    }

    private static void requireAs(FileState before, MemberFiles file, String name) {
        if (file.stateNow().filter(before::isOverwritten).isPresent()) {
            throw new MalformedObjectException(name, 0, "the file has changed since it was opened");
        }
    }

    /**
     * Returns the graph of an object, as {@link ObjectFormat#readAsNeeded} does.
     *
     * @param name the file's name, for messages
     * @param bytes the file's content, to which the graph refers
     */
    static LinkGraph readAsNeeded(String name, MemorySegment bytes) {
        return format(name, bytes).readAsNeeded(name, bytes);
    }

    private static ObjectFormat format(String name, MemorySegment bytes) {
        Optional<ObjectFormat> format = ObjectFormats.of(bytes);
        if (format.isEmpty()) {
            throw new UnsupportedObjectException(
                    name,
                    "this is %s (%d bytes); ELF and Mach-O objects are linked"
                            .formatted(FileKind.of(bytes).description(), bytes.byteSize()));
        }
        return format.get();
    }

    /** Returns the symbols that an object defines for others; none if the file is not an object. */
    static List<String> exports(String name, MemorySegment bytes) {
        Optional<ObjectFormat> format = ObjectFormats.of(bytes);
        return format.isPresent() ? format.get().exports(name, bytes) : List.of();
    }
}
