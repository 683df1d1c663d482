package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a session which takes all that it can get starves neither the daemon nor others. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
@TestInstance(Lifecycle.PER_CLASS)
final class LimitsTest {
    private static final long MIB = 1 << 20;
    private static final int CALLS = 8;

    private DaemonProcess daemon;
    private DaemonSession bystander;
    private DaemonSession greedy;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        daemon =
                DaemonProcess.start(
                        folder, "--warm=2", "--grace=300ms", "--memory=256M", "--calls=" + CALLS);
        bystander = daemon.connect();
    }

    @BeforeEach
    void connect() throws Exception {
        greedy = daemon.connect();
    }

    @AfterEach
    void bothAnswerStill() throws Exception {
        bystander.assertAnswers();
        greedy.assertAnswers();
        greedy.close();
        greedy.awaitEnd();
        bystander.assertAnswers();
    }

    @AfterAll
    void end() throws Exception {
        try (DaemonProcess ending = daemon) {
            bystander.close();
            Finished end = ending.terminate();
            assertEquals(0, end.status(), end::toString);
            assertFalse(end.errors().contains("OutOfMemoryError"), end::toString);
        }
    }

    private void awaitLog(String text) throws InterruptedException {
        daemon.awaitLog(Pattern.compile(".*" + Pattern.quote(text) + ".*"));
    }

    @Test
    void memoryIsLimited() {
        ExecutorAddress base = Services.value(greedy.services().reserve(200 * MIB));
        assertEquals(
                "In reserve, 104857600 bytes are more than the 58720256 that are left of the"
                        + " 268435456 that a session may reserve",
                Services.failure(greedy.services().reserve(100 * MIB)));
        assertTrue(
                Services.failure(greedy.services().reserveShared(100 * MIB))
                        .startsWith("In reserve, 104857600 bytes are more than"));
        assertEquals(Optional.empty(), greedy.services().release(base));
        assertEquals(
                Optional.empty(),
                greedy.services().release(Services.value(greedy.services().reserve(100 * MIB))));
    }

    @Test
    void reservationsAreLimited() {
        List<ExecutorAddress> bases = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            bases.add(Services.value(greedy.services().reserve(1)));
        }
        assertEquals(
                "In reserve, a session may have 20000 reservations",
                Services.failure(greedy.services().reserve(1)));
        bystander.assertAnswers();
        assertEquals(
                Optional.empty(), greedy.services().release(bases.toArray(ExecutorAddress[]::new)));
    }

    /** Each of these calls has a thread in the daemon and one in the guest. */
    @Test
    void callsAreLimited() throws Exception {
        List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
        ExecutorAddress pause = greedy.services().processSymbol("pause");
        for (int i = 0; i < CALLS; i++) {
            waiting.add(greedy.controller().start(pause, new byte[0]));
        }
        assertEquals(0, greedy.controller().call(pause, new byte[0]).length);
        awaitLog("no guest thread for the call: " + CALLS + " calls run");
        assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
    }

    @Test
    void theArgumentsOfCallsThatRunAreLimitedTogether() throws Exception {
        ExecutorAddress pause = greedy.services().processSymbol("pause");
        CompletableFuture<byte[]> first =
                greedy.controller().start(pause, new byte[(int) (40 * MIB)]);
        assertEquals(0, greedy.controller().call(pause, new byte[(int) (40 * MIB)]).length);
        awaitLog(
                "a call with 41943040 bytes of arguments: the calls that run hold"
                        + " 41943040 bytes already, and may hold 67108864");
        assertFalse(first.isDone());
    }

    /** A frame may be as large as what is reserved, but only to fill that. */
    @Test
    void theArgumentsOfOneCallAreLimited() throws Exception {
        ExecutorAddress base = Services.value(greedy.services().reserve(100 * MIB));
        ExecutorAddress pause = greedy.services().processSymbol("pause");
        assertEquals(0, greedy.controller().call(pause, new byte[(int) (65 * MIB)]).length);
        awaitLog("more than 67108864 bytes of arguments");
        assertEquals(Optional.empty(), greedy.services().release(base));
    }

    @Test
    void whatOneCallReadsIsLimited() throws Exception {
        ExecutorAddress base = Services.value(greedy.services().reserve(100 * MIB));
        greedy.services().writeLongs(base, 1);
        ExecutorAddress read =
                greedy.controller().symbol(Services.BOOT + "mem_read_buffers_wrapper");
        byte[] arguments =
                new SpsWriter()
                        .writeLong(1)
                        .writeAddress(base)
                        .writeAddress(base.plus(65 * MIB))
                        .toBytes();
        assertEquals(0, greedy.controller().call(read, arguments).length);
        awaitLog("cannot read more than 67108864 bytes with one call");
        assertEquals(Optional.empty(), greedy.services().release(base));
    }
}
