package dev.orcinus.loader.format;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.platform.Triple;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A format of object files. Reading decides the use of each section ({@code Section.Use}: code,
 * data, the initial values of thread-locals), and which sections hold functions that run when a
 * dylib is opened or closed ({@code LinkGraph.initializers()}). The other differences between
 * formats are in {@link GraphFormat}. Implementations have no state.
 */
public interface ObjectFormat extends GraphFormat {
    /** Returns whether files of a kind have this format. */
    boolean recognises(FileKind kind);

    /** Returns whether code for a target has this format. */
    boolean isFor(Triple target);

    /**
     * Returns the graph of an object.
     *
     * @param name the file's name, for messages
     * @param bytes the file's content, to which the graph refers
     */
    LinkGraph read(String name, MemorySegment bytes);

    /**
     * Returns the graph of an object of which only a part may be needed. The rest may be left in
     * the file until it is asked for, and errors in it are found then.
     *
     * @param name the file's name, for messages
     * @param bytes the file's content, to which the graph refers
     */
    default LinkGraph readAsNeeded(String name, MemorySegment bytes) {
        return read(name, bytes);
    }

    /** Returns the names of the symbols that an object defines for others. */
    List<String> exports(String name, MemorySegment bytes);

    /**
     * Returns the writer of an object's tables.
     *
     * @param out receives the text
     */
    ObjectText text(String name, MemorySegment bytes, Appendable out);
}
