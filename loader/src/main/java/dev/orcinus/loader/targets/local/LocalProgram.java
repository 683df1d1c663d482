package dev.orcinus.loader.targets.local;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.EntryConvention;
import java.util.List;

/** A program that this process will become. It is linked, but not initialized. */
public interface LocalProgram {
    /** Runs its initializers. */
    void initialize();

    /** Returns the address at which it is entered, usually that of its {@code main}. */
    ExecutorAddress entry();

    /** Returns how it is entered. */
    default EntryConvention convention() {
        return EntryConvention.MAIN;
    }

    /** Returns the program's name and its arguments. */
    List<String> arguments();

    /**
     * Runs its finalizers. It is called after the functions that the program has registered at
     * exit.
     */
    void runFinalizers();
}
