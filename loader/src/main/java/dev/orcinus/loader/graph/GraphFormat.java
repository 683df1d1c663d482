package dev.orcinus.loader.graph;

import dev.orcinus.loader.LinkException;

/**
 * The object format of a graph, with the methods that linking needs. The packages that link a graph
 * do not know which format it is; they call these methods, which each format implements in its own
 * package below {@code loader.format}.
 */
public interface GraphFormat {
    /** Returns the name of the format, for messages. */
    String name();

    /** Returns the symbol by which objects know a function or variable of C. */
    String symbolOf(String cName);

    /**
     * Returns a symbol without the version that it asks for. If objects define that symbol, no
     * library's version is used.
     */
    default String unversioned(String symbol) {
        return symbol;
    }

    /**
     * Makes the changes to a graph that the format needs before the graph's symbols are used:
     * unwind records become blocks of their own, and symbols that the format itself defines get
     * their places.
     *
     * @throws LinkException if the graph contradicts itself
     */
    void prepare(LinkGraph graph);
}
