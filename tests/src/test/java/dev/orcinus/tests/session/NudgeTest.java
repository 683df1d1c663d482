package dev.orcinus.tests.session;

import static dev.orcinus.tests.controller.Services.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of nudges. LLVM 19 to 22 hang at the end of a session on a socket until a frame comes, so a
 * controller that has freed everything and is silent gets one from time to time.
 */
final class NudgeTest {
    private static final long PAGE = 4096;
    private static final long LIMIT_SECONDS = 60;

    @TempDir Path directory;

    private ForkedSession session;
    private Controller controller;

    @BeforeEach
    void open() throws IOException, InterruptedException, ProtocolException {
        session = new ForkedSession(directory);
        controller = session.controller();
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    private void useMemory() {
        Services services = session.services();
        ExecutorAddress base = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ, base, PAGE, new byte[0])));
        assertEquals(Optional.empty(), services.release(base));
    }

    @Test
    void aControllerMayAnswerAndGoOn() throws IOException, InterruptedException {
        CountDownLatch nudges = new CountDownLatch(3);
        controller.answerUnknown(
                _ -> {
                    nudges.countDown();
                    return new byte[0];
                });
        useMemory();
        assertTrue(nudges.await(LIMIT_SECONDS, TimeUnit.SECONDS), "three nudges");
        useMemory();
        controller.close();
        session.assertEnds(0);
    }

    /**
     * A process that ends with unread data resets its line, and that is not an error of its
     * session.
     */
    @Test
    void aControllerMayEndWithoutReadingIt() throws InterruptedException {
        controller.answerUnknown(
                _ -> {
                    controller.reset();
                    return new byte[0];
                });
        useMemory();
        Finished end = session.assertEnds(0);
        assertEquals(1, end.errors().lines().count(), end::toString);
    }
}
