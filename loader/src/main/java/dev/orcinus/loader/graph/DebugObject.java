package dev.orcinus.loader.graph;

/** An object file for debuggers, which tells where its sections lie in memory. */
@FunctionalInterface
public interface DebugObject {
    /** Its bytes, once the graph has been laid out. */
    byte[] placed();
}
