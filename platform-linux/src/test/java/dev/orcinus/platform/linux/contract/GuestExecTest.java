package dev.orcinus.platform.linux.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a guest whose code executes another program is noticed. The program sleeps longer than
 * a test waits.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuestExecTest {
    private static final int ENOENT = 2;

    private static final String SOURCE =
            """
            #include <errno.h>
            #include <pthread.h>
            #include <unistd.h>

            long execute(const char *path) {
              execl(path, "program", "600", (char *) NULL);
              return errno;
            }

            long sleep_by_exec(void) { return execute("/bin/sleep"); }

            long fail_to_exec(void) { return execute("/no/such/program"); }

            long close_all(void) {
              for (int i = 3; i < 1024; i++) close(i);
              return 17;
            }

            static void *start(void *unused) {
              usleep(20000);
              return (void *) sleep_by_exec();
            }

            long exec_on_thread(void) {
              pthread_t thread;
              return pthread_create(&thread, NULL, start, NULL);
            }
            """;

    @TempDir private static Path folder;
    private static String library;

    private IsolatedGuest guest;

    @BeforeAll
    static void compile() throws Exception {
        library = CompiledLibrary.compile("gcc", folder, "exec.c", SOURCE).toString();
    }

    @BeforeEach
    void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
    }

    @AfterEach
    void end() {
        guest.close();
    }

    private CallOutcome<Long> call(String name) throws HostCallException {
        ExecutorAddress handle = guest.libraries().open(library);
        ExecutorAddress function = guest.libraries().find(handle, name).orElseThrow();
        return guest.invoker().call(GuestCall.of(function));
    }

    private static void assertExecuted(GuestEnd end) {
        String text = end.describe();
        assertTrue(text.startsWith("is gone: its code has executed /"), text);
        assertTrue(end instanceof GuestEnd.Lost);
    }

    @Test
    void executingAProgramIsAnEnd() throws Exception {
        CallOutcome<Long> outcome = call("sleep_by_exec");
        assertEquals(guest.end(), outcome.end());
        assertExecuted(outcome.end().orElseThrow());
    }

    @Test
    void itIsNoticedWithoutACall() throws Exception {
        assertEquals(0, call("exec_on_thread").value());
        assertExecuted(guest.awaitEnd());
    }

    @Test
    void aFailureToExecuteIsAResult() throws Exception {
        assertEquals(ENOENT, call("fail_to_exec").value());
        assertEquals(ENOENT, call("fail_to_exec").value());
        assertEquals(Optional.empty(), guest.end());
    }

    @Test
    void aGuestThatClosesAllDescriptorsGoesOn() throws Exception {
        assertEquals(17, call("close_all").value());
        Thread.sleep(100); // for a wrong end, of which nothing else tells
        assertEquals(17, call("close_all").value());
        assertEquals(Optional.empty(), guest.end());
    }

    @Test
    void aCheckpointNeitherHidesItNorLosesIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (GuestCheckpoint checkpoint = guest.checkpoint();
                    GuestCheckpoint _ = guest.checkpoint()) {
                assertExecuted(call("sleep_by_exec").end().orElseThrow());
                checkpoint.restore();
            }
            assertEquals(ENOENT, call("fail_to_exec").value());
        }
    }

    /** A program is one of the user's: what it executes goes on in its place. */
    @Test
    void aProgramMayExecuteAnother() throws Exception {
        guest.close();
        guest = HostProvider.current().startGuest(GuestOptions.ofProgram(List.of("program")));
        assertEquals(0, call("exec_on_thread").value());
        Thread.sleep(200);
        assertEquals(Optional.empty(), guest.end());
        guest.kill(new GuestEnd.Lost("a test"));
        assertEquals(new GuestEnd.Lost("a test"), guest.awaitEnd());
    }
}
