package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.Finished;

/**
 * A session that is over, on both sides.
 *
 * @param client the client
 * @param executorStatus the executor's exit status
 * @param output standard output of both; the guest's, as clients write none
 * @param errors standard error of both
 */
public record SessionResult(Finished client, int executorStatus, String output, String errors) {
    /**
     * Requires exit statuses: the client's, which is the guest's {@code main}'s, and the
     * executor's.
     */
    public SessionResult assertStatus(int wantedOfClient, int wantedOfExecutor) {
        assertClientStatus(wantedOfClient);
        assertEquals(wantedOfExecutor, executorStatus, () -> "the executor's exit status\n" + this);
        return this;
    }

    /**
     * Requires an exit status of the client alone: one that gives up leaves a broken line behind,
     * or one that has ended between two frames, as it happens.
     */
    public SessionResult assertClientStatus(int wanted) {
        assertEquals(wanted, client.status(), () -> "the client's exit status\n" + this);
        return this;
    }

    /** Requires an exit status of the client, and a session that ended well for the executor. */
    public SessionResult assertStatus(int wantedOfClient) {
        return assertStatus(wantedOfClient, 0);
    }

    /** Requires what the guest wrote to standard output. */
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
