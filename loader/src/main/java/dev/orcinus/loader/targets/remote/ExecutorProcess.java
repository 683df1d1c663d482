package dev.orcinus.loader.targets.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The process of an executor that this process has started.
 *
 * @param process the process
 * @param program its program, for messages
 */
record ExecutorProcess(Process process, String program) {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(5);

    /** Waits a limited time for its end, and kills it then. */
    void awaitEnd() {
        if (!endsIn(END_LIMIT)) {
            process.destroyForcibly();
            endsIn(KILL_LIMIT);
        }
    }

    /** Returns its exit status; waits up to five seconds for its end. */
    OptionalInt exitStatus() {
        return endsIn(STATUS_LIMIT) ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    }

    private boolean endsIn(Duration limit) {
        BoundedWait.forAtMost(limit, nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS));
        return !process.isAlive();
    }

    /** Returns a description for messages. */
    String description() {
        return Path.of(program).getFileName() + " (process " + process.pid() + ")";
    }
}
