package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;

/** Reads an object. */
@FunctionalInterface
public interface GraphReader {
    /** Returns the object's graph. */
    LinkGraph read();
}
