package dev.orcinus.loader.graph;

import dev.orcinus.loader.LinkException;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Map;

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
     * Returns a symbol without the version that it asks for. If objects define that symbol, no
     * library's version is used.
     */
    default String unversioned(String symbol) {
        return symbol;
    }

    /**
     * Returns the place that a symbol stands for if no object defines it, or null if it stands for
     * none.
     */
    default Bound bound(String symbol) {
        return null;
    }

    /** Returns the length of {@link #header} in bytes. */
    default int headerBytes() {
        return 0;
    }

    /**
     * Returns a header that describes the memory of objects that are linked together.
     *
     * @param architecture the processor's name
     * @param place the address of the header
     * @param memory the ranges for code and for variables
     */
    default byte[] header(
            String architecture, ExecutorAddress place, Map<Section.Use, AddressRange> memory) {
        return new byte[0];
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
