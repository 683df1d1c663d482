package dev.orcinus.executor.orcrt.core;

/**
 * A function of ours that a thunk of the archive enters. Each format lists its own; the numbers 0
 * and 1 are in the archive's hand-written code, too.
 */
public interface EntryPoint {
    /** How an entry point is called. */
    enum Kind {
        /** A wrapper function that runs no guest code. */
        REGISTRATION,
        /** A wrapper function that may run guest code. */
        WRAPPER,
        /** A C function of up to six integers or pointers. */
        FUNCTION
    }

    /** The number that the thunk loads: the place in {@link OrcRuntime#entryPoints}. */
    int number();

    /** How it is called. */
    Kind kind();

    /** LLVM's name of it; empty for one that only the archive knows. */
    String symbol();
}
