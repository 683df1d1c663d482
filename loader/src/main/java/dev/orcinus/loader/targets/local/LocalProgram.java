package dev.orcinus.loader.targets.local;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/** A program that this process will become. It is linked, but not initialized. */
public interface LocalProgram {
    /** Runs its initializers. */
    void initialize();

    /** Returns the address of its {@code main}. */
    ExecutorAddress entry();

    /** Returns the program's name and its arguments. */
    List<String> arguments();

    /**
     * Runs its finalizers. It is called after the functions that the program has registered at
     * exit.
     */
    void runFinalizers();
}
