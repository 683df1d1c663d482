package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.OtherUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a daemon that listens on a Unix-domain socket. */
@Timeout(180)
final class UnixSocketTest {
    @TempDir Path folder;
    private Path socket;

    @BeforeEach
    void nameTheSocket() {
        socket = folder.resolve("listen");
    }

    private DaemonProcess start() throws InterruptedException {
        return DaemonProcess.start(folder, "--warm=0", "--listen=unix:" + socket);
    }

    private static void allow(Path file, String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void theLoaderConnectsToItAndTheFileGoesWithTheDaemon() throws Exception {
        try (DaemonProcess daemon = start()) {
            try (RemoteJit jit = Jit.connect(socket)) {
                assertNotNull(jit.createDylib("library").address("getpid"));
                Finished status = daemon.status();
                assertTrue(status.output().contains(" on unix:" + socket + ": 1 session"));
            }
            assertEquals("the controller left", daemon.awaitEnd(1));
            assertEquals(0, daemon.terminate().status());
            assertFalse(Files.exists(socket));
        }
    }

    @Test
    void theNextDaemonReplacesTheFileOfOneThatWasKilled() throws Exception {
        try (DaemonProcess killed = start()) {
            assertEquals(137, killed.end("KILL").status());
        }
        assertTrue(Files.exists(socket));
        try (DaemonProcess _ = start();
                RemoteJit jit = Jit.connect(socket)) {
            assertNotNull(jit.createDylib("library").address("getpid"));
        }
    }

    @Test
    void anotherUserMayNotOpenIt() throws Exception {
        allow(folder, "rwxr-xr-x");
        try (DaemonProcess _ = start()) {
            assertEquals("Permission denied", OtherUser.bytesFromSocket(socket));
        }
    }

    /** The mode of the file is one lock; the kernel's word about the peer is another one. */
    @Test
    void anotherUserIsRefusedWhateverTheModeOfTheFileIs() throws Exception {
        allow(folder, "rwxr-xr-x");
        try (DaemonProcess daemon = start()) {
            allow(socket, "rw-rw-rw-");
            assertEquals("0", OtherUser.bytesFromSocket(socket));
            daemon.awaitLog(
                    Pattern.compile(
                            "orcinus: refused socket \\d+: it is user (\\S+ \\()?"
                                    + OtherUser.ID
                                    + "\\)? \\(--allow-other-users\\)"));
            try (RemoteJit jit = Jit.connect(socket)) {
                assertNotNull(jit.createDylib("library").address("getpid"));
            }
        }
    }
}
