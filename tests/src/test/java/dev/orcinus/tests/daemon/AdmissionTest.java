package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.OtherUser;
import dev.orcinus.tests.process.Program;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests which connections get a session. */
@Timeout(180)
final class AdmissionTest {
    @TempDir Path folder;

    @Test
    void moreSessionsThanAllowedAreRefusedUntilOneEnds() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--sessions=1", "--warm=0")) {
            DaemonSession first = daemon.connect();
            try (Socket second = daemon.connectRaw()) {
                assertEquals(-1, second.getInputStream().read());
            }
            daemon.awaitLog(
                    Pattern.compile(
                            "orcinus: refused 127\\.0\\.0\\.1:\\d+: 1 sessions run already"
                                    + " \\(--sessions\\)"));
            first.assertAnswers();
            first.close();
            first.awaitEnd();
            try (DaemonSession third = daemon.connect()) {
                third.assertAnswers();
            }
        }
    }

    @Test
    void guestsThatDieWhileTheyWaitAreReplaced() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=2");
                DaemonSession first = daemon.connect()) {
            for (ProcessHandle guest : daemon.guests()) {
                if (guest.pid() != first.pid()) {
                    guest.destroyForcibly();
                    Traces.assertNone(guest.pid());
                }
            }
            try (DaemonSession second = daemon.connect()) {
                second.assertAnswers();
            }
            first.assertAnswers();
        }
    }

    @Test
    void anAddressThatOthersReachIsRefusedWithTheReason() throws Exception {
        try (Program refused = DaemonProcess.program(folder, "serve", "--listen", "0.0.0.0:0")) {
            Finished end = refused.finish();
            assertEquals(2, end.status(), end::toString);
            assertTrue(
                    end.errors()
                            .startsWith(
                                    "orcinus: --listen 0.0.0.0 can be reached from other machines,"
                                            + " and everyone who connects runs code as you: pass"
                                            + " --allow-remote if that is wanted"),
                    end::toString);
            assertEquals(List.of(), DaemonProcess.runDirectories(folder));
        }
    }

    @Test
    void anAddressThatOthersReachIsServedWithAWarning() throws Exception {
        try (Program daemon =
                DaemonProcess.program(folder, "serve", "--listen=0.0.0.0:0", "--allow-remote")) {
            daemon.awaitErrors(
                    " can run code as this user; nothing asks who they are, as --token-file"
                            + " does\n");
            assertTrue(daemon.errors().contains("WARNING: everyone who can reach 0.0.0.0:"));
        }
    }

    @Test
    void anAddressThatIsTakenIsAnError() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0");
                Program second =
                        DaemonProcess.program(
                                folder,
                                "serve",
                                "--listen=127.0.0.1:" + daemon.address().getPort())) {
            Finished end = second.finish();
            assertEquals(1, end.status(), end::toString);
            assertTrue(end.errors().contains("Address already in use"), end::toString);
            assertEquals(1, DaemonProcess.runDirectories(folder).size());
        }
    }

    @Test
    void anotherUserIsRefused() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0")) {
            assertEquals(0, OtherUser.bytesFromPort(daemon.address().getPort()));
            daemon.awaitLog(
                    Pattern.compile(
                            "orcinus: refused 127\\.0\\.0\\.1:\\d+: it is user (\\S+ \\()?"
                                    + OtherUser.ID
                                    + "\\)? \\(--allow-other-users\\)"));
        }
    }

    @Test
    void anotherUserIsServedIfThatIsWanted() throws Exception {
        try (DaemonProcess daemon =
                DaemonProcess.start(folder, "--warm=0", "--allow-other-users")) {
            assertEquals(32, OtherUser.bytesFromPort(daemon.address().getPort()));
            daemon.awaitBegin();
        }
    }
}
