package dev.orcinus.executor.orcrt.core;

/**
 * A function of ours that a thunk of the archive calls. Each format lists its own; the archive's
 * hand-written code uses the numbers 0 and 1, too.
 */
public interface EntryPoint {
    /** The kind of call that an entry point expects. */
    enum Kind {
        /** A wrapper function that runs no guest code. */
        REGISTRATION,
        /** A wrapper function that may run guest code. */
        WRAPPER,
        /** A C function of up to six integers or pointers. */
        FUNCTION
    }

    /** Returns the number that the thunk loads: the index in {@link OrcRuntime#entryPoints}. */
    int number();

    /** Returns how it is called. */
    Kind kind();

    /** Returns LLVM's name of it; empty if only the archive's own code calls it. */
    String symbol();
}
