package dev.orcinus.platform.spi.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A program that goes on without the process that starts it, and that has nothing of it but a lock.
 *
 * @param command the path of the program, and its arguments
 * @param environment all of its variables, as {@code NAME=VALUE}
 * @param output a file, which is replaced, for what it writes; nobody else may read it
 * @param delay how long it waits before it executes the program
 */
public record OrphanProgram(
        List<String> command, List<String> environment, Path output, Duration delay) {
    /** The descriptor under which the program has the lock. */
    public static final int LOCK = 3;

    /** Copies the lists. */
    public OrphanProgram {
        command = List.copyOf(command);
        environment = List.copyOf(environment);
    }
}
