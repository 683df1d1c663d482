package dev.orcinus.loader.graph;

/** An object file for debuggers, which has the addresses of its sections in memory. */
@FunctionalInterface
public interface DebugObject {
    /** The system property that shows all objects to debuggers if it is {@code true}. */
    String PROPERTY = "orcinus.gdb";

    /** The variable of the environment that does the same if it is {@code 1}. */
    String VARIABLE = "ORCINUS_GDB";

    /** Returns its bytes. It is called after the graph has been laid out. */
    byte[] placed();

    /**
     * Returns whether debuggers see all objects, and the code of the JVM, so that they name every
     * function. If not, they see the objects that have debug info.
     */
    static boolean isForAll() {
        return Boolean.getBoolean(PROPERTY) || "1".equals(System.getenv(VARIABLE));
    }
}
