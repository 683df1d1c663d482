package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.process.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a daemon under a real limit refuses connections, and serves those that it has. */
@Timeout(240)
final class ShortageTest {
    private static final Path BASH = Path.of("/bin/bash");
    private static final int MANY = 40;

    @TempDir Path folder;

    private static List<String> limited(String limit) {
        assumeTrue(Files.isExecutable(BASH), "no " + BASH + ", whose ulimit knows all limits");
        return List.of(BASH.toString(), "-c", limit + " && exec \"$@\"", "bash");
    }

    /** Connects until connections are refused; then the first session answers still. */
    private static void assertGoesOn(DaemonProcess daemon, String cause) throws Exception {
        try (DaemonSession first = daemon.connect()) {
            first.assertAnswers();
            List<Controller> others = new ArrayList<>();
            int refused = 0;
            for (int i = 0; i < MANY; i++) {
                try {
                    others.add(Controller.connect(daemon.address()));
                } catch (IOException e) {
                    refused++;
                }
            }
            assertTrue(refused > 0, others.size() + " connections were served");
            daemon.awaitLog(
                    Pattern.compile("orcinus: (no (guest|thread) for|accepting).*" + cause));
            first.assertAnswers();
            for (Controller other : others) {
                other.close();
            }
            first.assertAnswers();
        }
        assertServesAgain(daemon);
    }

    /** Waits until the ends of the sessions have been noticed. */
    private static void assertServesAgain(DaemonProcess daemon) throws Exception {
        for (int i = 0; i < 600; i++) {
            try (Controller next = Controller.connect(daemon.address())) {
                assertTrue(next.setup().pageSizeBytes() > 0);
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new AssertionError("it refuses for ever:\n" + daemon.log());
    }

    @Test
    void descriptors() throws Exception {
        try (DaemonProcess daemon =
                DaemonProcess.startThrough(limited("ulimit -n 270"), folder, "--warm=0")) {
            assertGoesOn(daemon, "(EMFILE|Too many open files).*");
            assertEquals(0, daemon.terminate().status());
        }
    }

    /** Root has no limit of processes, so the daemon is another user's; that user may connect. */
    @Test
    void threads() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> wrapper = new ArrayList<>(OtherUser.prefix());
        wrapper.addAll(limited("ulimit -u 60"));
        try (DaemonProcess daemon =
                DaemonProcess.startThrough(wrapper, folder, "--warm=0", "--allow-other-users")) {
            assertGoesOn(daemon, ".*");
            assertEquals(0, daemon.terminate().status());
        }
    }
}
