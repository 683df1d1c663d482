package dev.orcinus.loader.graph;

/** A reader of edges that were left in the file when a graph was made of it. */
@FunctionalInterface
public interface EdgeSource {
    /**
     * Adds edges to a block.
     *
     * @param table the number that was given to {@link Block#readLater}
     * @throws dev.orcinus.loader.LinkException if they are malformed
     */
    void addEdges(Block block, int table);
}
