package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that guests have no descriptors but their own: guest code could read another session's
 * memory through one, and would hold a connection open that a session has closed.
 */
@Timeout(180)
final class DescriptorsTest {
    private static final int STANDARD_ERROR = 2;

    /** Sockets, process descriptors and the like, and what the JVM has opened for itself. */
    private static final Pattern OF_THE_DAEMON =
            Pattern.compile("socket:.*|anon_inode:.*|/dev/u?random|.*\\.jar|.*/modules");

    @TempDir Path folder;

    @Test
    void noGuestHasADescriptorOfAnotherOrOfTheDaemon() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=2");
                DaemonSession first = daemon.connect();
                DaemonSession second = daemon.connect();
                DaemonSession third = daemon.connect()) {
            Set<Object> seen = new HashSet<>();
            for (DaemonSession session : List.of(first, second, third)) {
                session.assertAnswers();
                List<Path> open = descriptors(session.pid());
                Set<Object> memory = new HashSet<>();
                for (Path descriptor : open) {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    assertFalse(OF_THE_DAEMON.matcher(target).matches(), target);
                    if (target.startsWith("/memfd:")) {
                        memory.add(Files.getAttribute(descriptor, "unix:ino"));
                    }
                }
                assertEquals(1, memory.size(), open::toString);
                assertTrue(seen.addAll(memory), "the memory of another guest");
            }
        }
    }

    /** Returns the descriptors of a process, beside the standard ones. */
    private static List<Path> descriptors(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return all.filter(path -> number(path) > STANDARD_ERROR).toList();
        }
    }

    private static int number(Path descriptor) {
        return Integer.parseInt(descriptor.getFileName().toString());
    }
}
