package dev.orcinus.loader.format;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.platform.Triple;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A format of object files. Reading says what a section is for ({@code Section.Use}: code, data,
 * the initial values of thread-locals), and which sections hold functions to run on opening and
 * closing ({@code LinkGraph.initializers()}); the rest is in {@link GraphFormat}. Stateless.
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
     * @param bytes its content; the graph refers to it
     */
    LinkGraph read(String name, MemorySegment bytes) throws LinkException;

    /** Returns the names of the symbols that an object defines for others. */
    List<String> exports(String name, MemorySegment bytes) throws LinkException;

    /**
     * Returns the writer of an object's tables.
     *
     * @param out where they are written to
     */
    ObjectText text(String name, MemorySegment bytes, Appendable out) throws LinkException;
}
