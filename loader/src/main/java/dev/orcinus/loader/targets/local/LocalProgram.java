package dev.orcinus.loader.targets.local;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/** A program that is to have this process: linked, not initialized. */
public interface LocalProgram {
    /** Runs its initializers. */
    void initialize();

    /** The address of its {@code main}. */
    ExecutorAddress entry();

    /** The program's name and its arguments. */
    List<String> arguments();

    /** Runs its finalizers, after everything that it has registered at exit. */
    void runFinalizers();
}
