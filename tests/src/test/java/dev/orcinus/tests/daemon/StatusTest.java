package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code orcinus status}. */
@Timeout(60)
final class StatusTest {
    private static final String HEADINGS =
            " session      pid       age       memory  allocations      calls  peer";

    @TempDir Path folder;

    private static String row(DaemonSession session, String memory, String counts) {
        return "\\s+%d\\s+%d\\s+\\d+s\\s+%s\\s+%s\\s+127\\.0\\.0\\.1:\\d+"
                .formatted(session.number(), session.pid(), memory, counts);
    }

    private static void assertRow(String expected, String line) {
        assertTrue(line.matches(expected), line + "\nis not\n" + expected);
    }

    private static List<String> lines(Finished status) {
        assertEquals(0, status.status(), status::toString);
        return status.output().lines().toList();
    }

    @Test
    void itTellsWhatEachSessionHasDoneAndHolds() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1");
                DaemonSession first = daemon.connect();
                DaemonSession second = daemon.connect()) {
            long page = first.controller().setup().pageSizeBytes();
            ExecutorAddress code = first.load(CrashCode.loop());
            first.start(code);
            Services.value(first.services().reserve(255 * page));
            List<String> lines = lines(daemon.status());
            long pid = daemon.process().pid();
            int port = daemon.address().getPort();
            assertEquals(
                    "daemon " + pid + " on 127.0.0.1:" + port + ": 2 sessions", lines.getFirst());
            assertEquals(HEADINGS, lines.get(1));
            assertRow(row(first, 256 * page / 1024 + " KiB", "1\\s+4"), lines.get(2));
            assertRow(row(second, "0 KiB", "0\\s+0"), lines.get(3));
            assertEquals(4, lines.size());
        }
    }

    @Test
    void aWorkerThatDoesNotAnswerIsListedWithoutNumbers() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0");
                DaemonSession stopped = daemon.connect();
                DaemonSession running = daemon.connect()) {
            DaemonProcess.signal(stopped.pid(), "STOP");
            List<String> lines = lines(daemon.status());
            assertRow(row(stopped, "\\?", "\\?\\s+\\?"), lines.get(2));
            assertRow(row(running, "0 KiB", "0\\s+0"), lines.get(3));
            DaemonProcess.signal(stopped.pid(), "CONT");
            assertRow(row(stopped, "0 KiB", "0\\s+0"), lines(daemon.status()).get(2));
        }
    }

    @Test
    void allDaemonsOfTheUserAreAsked() throws Exception {
        try (DaemonProcess first = DaemonProcess.start(folder, "--warm=0");
                DaemonProcess second = DaemonProcess.start(folder, "--warm=0")) {
            String output = String.join("\n", lines(first.status()));
            assertTrue(output.contains("daemon " + first.process().pid()), output);
            assertTrue(output.contains("daemon " + second.process().pid()), output);
        }
    }

    /** The folder is that of a killed daemon, whose process id another process has now. */
    @Test
    void withoutADaemonItSaysSo() throws Exception {
        Object uid = Files.getAttribute(folder, "unix:uid");
        String name = "orcinus-" + uid + "-" + ProcessHandle.current().pid() + "-0";
        Path socket = Files.createDirectory(folder.resolve(name)).resolve("status");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        Finished status = DaemonProcess.program(folder, "status").finish();
        assertEquals(1, status.status(), status::toString);
        assertEquals("orcinus: no daemon of this user is running\n", status.errors());
    }

    /**
     * Guest code would hold a socket that a worker inherited, so its peer would not see the end.
     */
    @Test
    void workersHaveNoneOfTheDaemonsSockets() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1");
                DaemonSession session = daemon.connect()) {
            session.assertAnswers();
            Set<String> daemons = sockets(daemon.process().pid());
            assertFalse(daemons.isEmpty());
            for (ProcessHandle worker : daemon.workers()) {
                Set<String> shared = sockets(worker.pid());
                shared.retainAll(daemons);
                assertEquals(Set.of(), shared, () -> "of worker " + worker.pid());
            }
        }
    }

    private static Set<String> sockets(long pid) throws IOException {
        Set<String> sockets = new TreeSet<>();
        try (DirectoryStream<Path> open =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : open) {
                String target = target(descriptor);
                if (target.startsWith("socket:")) {
                    sockets.add(target);
                }
            }
        }
        return sockets;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return ""; // it has been closed
        }
    }
}
