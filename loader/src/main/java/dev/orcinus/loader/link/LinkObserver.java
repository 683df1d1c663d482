package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;

/** Looks at graphs while they are linked, and changes nothing. */
@FunctionalInterface
public interface LinkObserver {
    /** Looks at nothing. */
    LinkObserver NONE = (_, _) -> {};

    /** What has been done to a graph, in that order. */
    enum Step {
        /** It has been made of an object. */
        READ,
        /**
         * Call frames are split into records, indirect functions have stubs, bounds are defined.
         */
        PREPARED,
        /** What nobody needs is gone. */
        PRUNED,
        /** Requests for GOT entries and stubs are granted. */
        LOWERED,
        /** Everything has its address. */
        LAID_OUT,
        /** All edges are written. */
        FIXED_UP
    }

    /** A step has been done to a graph. */
    void after(Step step, LinkGraph graph);
}
