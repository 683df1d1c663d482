package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;

/** An observer of graphs while they are linked. It changes nothing. */
@FunctionalInterface
public interface LinkObserver {
    /** An observer that does nothing. */
    LinkObserver NONE = (_, _) -> {};

    /** The steps of linking a graph, in their order. */
    enum Step {
        /** The graph has been made from an object. */
        READ,
        /** The changes that the object format needs have been made. */
        PREPARED,
        /** Blocks and symbols that are not needed have been removed. */
        PRUNED,
        /** GOT entries and stubs have been made. */
        LOWERED,
        /** All blocks have their addresses. */
        LAID_OUT,
        /** All edges have been written. */
        FIXED_UP
    }

    /** Sees a graph after a step. */
    void after(Step step, LinkGraph graph);
}
