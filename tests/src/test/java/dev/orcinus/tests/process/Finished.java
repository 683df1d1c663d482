package dev.orcinus.tests.process;

import java.time.Duration;

/**
 * The result of a program that has ended, and with it all processes that held its output.
 *
 * @param command the command
 * @param status its exit status; 128 and the number of a signal that ended it
 * @param output its standard output
 * @param errors its standard error
 * @param took the time from its start to its end
 */
public record Finished(String command, int status, String output, String errors, Duration took) {
    @Override
    public String toString() {
        return command
                + "\nstatus "
                + status
                + " after "
                + took.toMillis()
                + " ms\n--- stdout\n"
                + output
                + "--- stderr\n"
                + errors
                + "---";
    }
}
