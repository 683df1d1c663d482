package dev.orcinus.tests.process;

import java.time.Duration;

/**
 * A program that has ended, and with it every process that held its output.
 *
 * @param command what was run
 * @param status its exit status; 128 and the number of a signal that ended it
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 * @param took from its start to its end
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
