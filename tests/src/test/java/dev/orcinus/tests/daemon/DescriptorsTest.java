package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that guests have no descriptors but their own: guest code could read another session's
 * memory through one, and would hold a connection open that a session has closed.
 */
@Timeout(60)
final class DescriptorsTest {
    private static final int STANDARD_ERROR = 2;

    @TempDir Path folder;

    @Test
    void noGuestHasADescriptorOfAnotherOrOfTheDaemon() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=2");
                DaemonSession first = daemon.connect();
                DaemonSession second = daemon.connect()) {
            first.assertAnswers();
            second.assertAnswers();
            try (DaemonSession third = daemon.connect()) {
                third.assertAnswers();
                Set<Object> seen = new HashSet<>();
                List<Long> sessions = List.of(first.pid(), second.pid(), third.pid());
                for (long guest : sessions) {
                    Set<Object> own = files(guest);
                    assertTrue(own.stream().noneMatch(seen::contains), own + " and " + seen);
                    seen.addAll(own);
                }
                assertEquals(Set.of(), sockets(sessions));
            }
        }
    }

    /** Returns what stands for the files that a process has open, beside the standard ones. */
    private static Set<Object> files(long pid) throws IOException {
        Set<Object> keys = new HashSet<>();
        for (Path descriptor : descriptors(pid)) {
            try {
                keys.add(Files.getAttribute(descriptor, "unix:ino"));
            } catch (NoSuchFileException e) {
                // it has been closed
            }
        }
        return keys;
    }

    private static Set<String> sockets(List<Long> pids) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (long pid : pids) {
            for (Path descriptor : descriptors(pid)) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.startsWith("socket:")) {
                    sockets.add(pid + " " + target);
                }
            }
        }
        return sockets;
    }

    private static Set<Path> descriptors(long pid) throws IOException {
        Set<Path> found = new HashSet<>();
        Path all = Path.of("/proc", Long.toString(pid), "fd");
        try (DirectoryStream<Path> open = Files.newDirectoryStream(all)) {
            for (Path descriptor : open) {
                if (Integer.parseInt(descriptor.getFileName().toString()) > STANDARD_ERROR) {
                    found.add(descriptor);
                }
            }
        }
        return found;
    }
}
