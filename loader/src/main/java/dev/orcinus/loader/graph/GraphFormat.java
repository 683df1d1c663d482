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

    /** Returns the C name of a symbol, or null if C has no name for it. */
    String cNameOf(String symbol);

    /**
     * Returns the name by which a process of a system with another format knows a symbol, or null
     * if such a process cannot have it. It is the C name, unless the format's own system has a name
     * of its own for something that all systems have.
     */
    default String foreignNameOf(String symbol) {
        return cNameOf(symbol);
    }

    /**
     * Returns an object that defines a symbol which a process of a system with another format does
     * not have, or null if there is none.
     *
     * @param architecture the processor's name
     */
    default LinkGraph foreignObject(String symbol, String architecture) {
        return null;
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
