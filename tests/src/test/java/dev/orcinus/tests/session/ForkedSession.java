package dev.orcinus.tests.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.executor.Leftovers;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A session with an executor in a process of its own, where guest code cannot damage the tests'
 * process.
 */
final class ForkedSession implements AutoCloseable {
    private final ListeningExecutor executor;
    private final Controller controller;
    private final Services services;

    ForkedSession(Path directory) throws IOException, InterruptedException, ProtocolException {
        this.executor = new ListeningExecutor(directory);
        try {
            this.controller = Controller.connect(executor.address());
            this.services = new Services(controller);
        } catch (IOException | ProtocolException e) {
            executor.close();
            throw e;
        }
    }

    ListeningExecutor executor() {
        return executor;
    }

    Controller controller() {
        return controller;
    }

    Services services() {
        return services;
    }

    /** Requires that the executor ends by itself with a status, and leaves nothing behind. */
    Finished assertEnds(int status) throws InterruptedException {
        Finished end = executor.finish();
        assertEquals(status, end.status(), end::toString);
        Leftovers.assertNone(executor.pid());
        return end;
    }

    @Override
    public void close() throws IOException {
        controller.close();
        executor.close();
        Leftovers.remove(executor.pid());
    }
}
