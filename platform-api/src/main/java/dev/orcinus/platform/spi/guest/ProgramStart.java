package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * What a program runs from its start to its end.
 *
 * @param entry where the program is entered
 * @param convention how it is entered
 * @param arguments of the program, its name first
 * @param initializers run before it is entered, in this order, with the arguments of main
 * @param finalizers run when the process exits, in this order, after all functions that the program
 *     has registered for its exit
 */
public record ProgramStart(
        ExecutorAddress entry,
        EntryConvention convention,
        List<String> arguments,
        List<ExecutorAddress> initializers,
        List<ExecutorAddress> finalizers) {
    /** Copies the lists. */
    public ProgramStart {
        arguments = List.copyOf(arguments);
        initializers = List.copyOf(initializers);
        finalizers = List.copyOf(finalizers);
    }
}
