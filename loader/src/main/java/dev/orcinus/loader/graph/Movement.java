package dev.orcinus.loader.graph;

/** How a word that an edge has written changes when its block or its target moves. */
public enum Movement {
    /** It does not change. */
    NONE,
    /** It grows by as much as the target moves. */
    WITH_TARGET,
    /** It grows by as much as the distance from the word to the target. */
    WITH_DISTANCE,
    /** It shrinks by as much as the distance from the word to the target grows. */
    AGAINST_DISTANCE,
    /** It does not change if both move together; otherwise it has to be written anew. */
    ONLY_TOGETHER,
    /** It has to be written anew. */
    UNKNOWN
}
