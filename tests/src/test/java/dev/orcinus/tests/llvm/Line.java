package dev.orcinus.tests.llvm;

import dev.orcinus.tests.executor.ExecutorScript;
import dev.orcinus.tests.executor.Leftovers;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Path;

/** The two kinds of line between a client and its executor. */
public enum Line {
    /** The client starts the executor, on two inherited descriptors. */
    PIPES,
    /**
     * The client connects to an executor that listens. LLVM 19 to 22 would wait for ever at the end
     * of such a session, if it depended on them.
     */
    TCP;

    /**
     * Prepares an executor for one client and returns it.
     *
     * @param triple the target that it presents; empty for its own
     */
    ClientExecutor open(Path directory, String triple) throws IOException, InterruptedException {
        return switch (this) {
            case PIPES -> new Started(new ExecutorScript(directory, triple));
            case TCP ->
                    new Connected(
                            triple.isEmpty()
                                    ? new ListeningExecutor(directory)
                                    : new ListeningExecutor(directory, "--triple", triple));
        };
    }

    /** An executor for one client. */
    sealed interface ClientExecutor extends AutoCloseable {
        /** Returns the client's option that selects it, without the dashes. */
        String option();

        /** Waits for the executor's end, after the client's, and returns the result. */
        SessionResult finish(Finished client) throws IOException, InterruptedException;

        /** Kills the executor, if it still runs. */
        @Override
        void close() throws IOException;
    }

    private record Started(ExecutorScript script) implements ClientExecutor {
        @Override
        public String option() {
            return "oop-executor=" + script.path();
        }

        @Override
        public SessionResult finish(Finished client) throws IOException {
            Leftovers.assertNone(script.pid());
            return new SessionResult(client, script.status(), client.output(), client.errors());
        }

        @Override
        public void close() throws IOException {
            script.close();
        }
    }

    private record Connected(ListeningExecutor executor) implements ClientExecutor {
        @Override
        public String option() {
            return "oop-executor-connect=127.0.0.1:" + executor.address().getPort();
        }

        @Override
        public SessionResult finish(Finished client) throws InterruptedException {
            Finished end = executor.finish();
            Leftovers.assertNone(executor.pid());
            return new SessionResult(
                    client,
                    end.status(),
                    client.output() + end.output(),
                    client.errors() + end.errors());
        }

        @Override
        public void close() {
            executor.close();
        }
    }
}
