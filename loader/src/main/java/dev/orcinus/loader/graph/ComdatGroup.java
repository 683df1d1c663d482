package dev.orcinus.loader.graph;

import java.util.List;

/**
 * A group of blocks that are kept or discarded together. Of all groups with one signature in a
 * dylib, the first is kept.
 *
 * @param signature the group's name
 * @param members its blocks
 */
public record ComdatGroup(String signature, List<Block> members) {
    /** Makes a group, and lets its blocks know that they belong to one. */
    public ComdatGroup {
        for (Block member : members) {
            member.setGrouped();
        }
    }
}
