package dev.orcinus.loader.graph;

import java.util.List;

/**
 * Blocks that are kept or discarded together: of all groups of one signature in a dylib, the first
 * is kept.
 *
 * @param signature the group's name
 * @param members its blocks
 */
public record ComdatGroup(String signature, List<Block> members) {}
