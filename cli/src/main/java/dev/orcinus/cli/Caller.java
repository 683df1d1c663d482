package dev.orcinus.cli;

import dev.orcinus.jit.ProgramJit;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** The process that a user has started to have a program run. */
interface Caller extends AutoCloseable {
    /** Returns its standard error. */
    PrintStream err();

    /** Returns whether its standard error is a terminal. */
    boolean hasTerminal();

    /** Returns the absolute path of a file that is named as seen from its working folder. */
    Path absolute(Path file);

    /**
     * Returns what of its environment decides which libraries a program has; empty if this process
     * links one program only, and so need not know it again.
     */
    Optional<String> linkEnvironment();

    /** Returns whether it waits to become a program. */
    boolean isWaiting();

    /** Lets it start a JVM in its own place, for a program that does not run in its process. */
    void startAgain();

    /** Called when it has become the process of a program. */
    void becomes(ProgramJit program);

    /** Lets it end with a status, if its program has not started. */
    void exit(int status);

    /** Called when its program has ended. A process that is there for it only ends as it has. */
    void ended(ProgramJit program);

    /** Frees what its program has taken of this process. Its program has ended. */
    @Override
    void close();

    /** Writes a line of Orcinus's own to its standard error. */
    default void log(String line) {
        err().println("orcinus: " + line);
    }
}
