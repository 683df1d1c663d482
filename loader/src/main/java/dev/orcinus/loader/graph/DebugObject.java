package dev.orcinus.loader.graph;

/** An object file for debuggers, which has the addresses of its sections in memory. */
@FunctionalInterface
public interface DebugObject {
    /** Returns its bytes. It is called after the graph has been laid out. */
    byte[] placed();
}
