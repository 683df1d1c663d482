package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.Finished;

/**
 * The result of a session that has ended on both sides.
 *
 * @param client the client
 * @param executorStatus the executor's exit status
 * @param output standard output of both; the guest's, as clients write none
 * @param errors standard error of both
 */
public record SessionResult(Finished client, int executorStatus, String output, String errors) {
    /**
     * Requires exit statuses of the client, which is that of the guest's {@code main}, and of the
     * executor.
     */
    public SessionResult assertStatus(int wantedOfClient, int wantedOfExecutor) {
        assertClientStatus(wantedOfClient);
        assertEquals(wantedOfExecutor, executorStatus, () -> "the executor's exit status\n" + this);
        return this;
    }

    /**
     * Requires an exit status of the client only. If the client gives up, the line can end inside
     * of a frame or between two, so the executor's status varies.
     */
    public SessionResult assertClientStatus(int wanted) {
        assertEquals(wanted, client.status(), () -> "the client's exit status\n" + this);
        return this;
    }

    /** Requires an exit status of the client, and status 0 of the executor. */
    public SessionResult assertStatus(int wantedOfClient) {
        return assertStatus(wantedOfClient, 0);
    }

    /** Requires the guest's standard output. */
    public SessionResult assertOutput(String wanted) {
        assertEquals(wanted, output, () -> "standard output\n" + this);
        return this;
    }

    /** Requires a text in standard error. */
    public SessionResult assertErrorsContain(String wanted) {
        assertTrue(errors.contains(wanted), () -> "'" + wanted + "' in standard error\n" + this);
        return this;
    }

    @Override
    public String toString() {
        return "client: "
                + client
                + "\nexecutor: status "
                + executorStatus
                + "\n--- stdout of both\n"
                + output
                + "--- stderr of both\n"
                + errors
                + "---";
    }
}
