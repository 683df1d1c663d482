package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code orcinus interrupt}, and the limit of the time of a call. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
final class InterruptTest {
    @TempDir Path folder;

    private Finished interrupt(String... arguments) throws InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "interrupt";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try (Program program = DaemonProcess.program(folder, command)) {
            return program.finish();
        }
    }

    @Test
    void theCallEndsAndTheSessionGoesOn() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0");
                DaemonSession session = daemon.connect()) {
            ExecutorAddress loop = session.load(CrashCode.loop());
            CompletableFuture<byte[]> call = session.controller().start(loop, new byte[0]);
            Finished idle = interrupt("2");
            assertEquals(1, idle.status(), idle::toString);
            assertEquals("orcinus: no daemon of this user has a session 2\n", idle.errors());
            Finished end = interrupt(Integer.toString(session.number()));
            assertEquals(0, end.status(), end::toString);
            assertEquals(0, Controller.await(call).length);
            session.awaitLog("the guest is gone: the user has interrupted it: the state is .*");
            session.assertAnswers();
        }
    }

    @Test
    void aSessionInWhichNothingRunsIsLeftAlone() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0");
                DaemonSession session = daemon.connect()) {
            String name = daemon.pid() + ":" + session.number();
            Finished idle = interrupt(name);
            assertEquals(1, idle.status(), idle::toString);
            assertEquals("orcinus: no call runs in session " + name + "\n", idle.errors());
            session.assertAnswers();
            Finished wrong = interrupt("one");
            assertEquals(2, wrong.status(), wrong::toString);
            assertTrue(wrong.errors().startsWith("orcinus: interrupt takes one session"));
        }
    }

    @Test
    void aCallThatTakesTooLongIsEnded() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0", "--call-limit=300ms");
                DaemonSession session = daemon.connect()) {
            ExecutorAddress loop = session.load(CrashCode.loop());
            assertEquals(0, session.controller().call(loop, new byte[0]).length);
            session.awaitLog("the guest was ended after 300 ms: the state is .*");
            session.assertAnswers();
        }
    }

    @Test
    void withoutCheckpointsACrashEndsTheSession() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0", "--no-checkpoints");
                DaemonSession session = daemon.connect()) {
            session.startVoid("abort");
            assertEquals("the guest crashed with signal 6", session.awaitEnd());
        }
    }
}
