package dev.orcinus.loader.graph;

/**
 * The file of an object, in which its contents and some of its edges are until they are needed.
 * Graphs of one file have one origin.
 */
@FunctionalInterface
public interface GraphOrigin {
    /** The origin of graphs that are in memory, or whose file cannot change. */
    GraphOrigin MEMORY = () -> {};

    /**
     * Requires that the file is as it was when the graph was read; a loader's error if it is not.
     */
    void requireUnchanged();
}
