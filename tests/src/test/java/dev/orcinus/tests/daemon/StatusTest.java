package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code orcinus status}. */
@Timeout(180)
final class StatusTest {
    private static final String HEADINGS =
            " session    guest       age     memory     reserved  allocations      calls  checkpoints  crashes"
                    + "  peer";

    @TempDir Path folder;

    private static String row(DaemonSession session, String reserved, String counts) {
        return "\\s+%d\\s+%d\\s+\\d+s\\s+[1-9]\\d* KiB\\s+%s\\s+%s\\s+127\\.0\\.0\\.1:\\d+"
                .formatted(session.number(), session.pid(), reserved, counts);
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
            awaitCheckpoint(daemon);
            List<String> lines = lines(daemon.status());
            long pid = daemon.process().pid();
            int port = daemon.address().getPort();
            assertEquals(
                    "daemon " + pid + " on 127.0.0.1:" + port + ": 2 sessions", lines.getFirst());
            assertEquals(HEADINGS, lines.get(1));
            assertRow(row(first, 256 * page / 1024 + " KiB", "1\\s+4\\s+1\\s+0"), lines.get(2));
            assertRow(row(second, "0 KiB", "0\\s+0\\s+0\\s+0"), lines.get(3));
            assertEquals(4, lines.size());
        }
    }

    /** Waits until the state before the call that runs for ever has been noted. */
    private static void awaitCheckpoint(DaemonProcess daemon) throws Exception {
        Pattern noted = Pattern.compile(".*\\s4\\s+1\\s+0\\s+127.*");
        while (lines(daemon.status()).stream().noneMatch(line -> noted.matcher(line).matches())) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aGuestThatIsStoppedHoldsNoReportUp() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0");
                DaemonSession stopped = daemon.connect();
                DaemonSession running = daemon.connect()) {
            DaemonProcess.signal(stopped.pid(), "STOP");
            List<String> lines = lines(daemon.status());
            assertRow(row(stopped, "0 KiB", "0\\s+0\\s+0\\s+0"), lines.get(2));
            assertRow(row(running, "0 KiB", "0\\s+0\\s+0\\s+0"), lines.get(3));
            DaemonProcess.signal(stopped.pid(), "CONT");
        }
    }

    /**
     * Sessions begin and end all the time; reports are there at once, and disturb none. Some may
     * come late because the machine is busy.
     */
    @Test
    void reportsDisturbNoSessionThatBeginsOrEnds() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1")) {
            Path control = DaemonProcess.runDirectories(folder).getFirst().resolve("control");
            AtomicInteger reports = new AtomicInteger();
            AtomicBoolean ended = new AtomicBoolean();
            AtomicInteger late = new AtomicInteger();
            Thread asking =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!ended.get()) {
                                            long start = System.nanoTime();
                                            ask(control);
                                            long took = (System.nanoTime() - start) / 1_000_000;
                                            late.addAndGet(took < 1000 ? 0 : 1);
                                            reports.incrementAndGet();
                                        }
                                    });
            for (int i = 0; i < 20 || reports.get() < 20; i++) {
                try (DaemonSession session = daemon.connect()) {
                    session.assertAnswers();
                }
                assertEquals("the controller left", daemon.awaitEnd(i + 1));
            }
            ended.set(true);
            asking.join();
            assertTrue(late.get() <= reports.get() / 2, late + " of " + reports + " came late");
        }
    }

    private static void ask(Path control) {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(control))) {
            client.write(ByteBuffer.wrap("status\n".getBytes(StandardCharsets.US_ASCII)));
            String answer =
                    new String(
                            Channels.newInputStream(client).readAllBytes(),
                            StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("daemon "), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client of the control socket that says nothing is one of the user's own programs. */
    @Test
    void aClientThatSaysNothingHoldsNoReportUp() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=0");
                SocketChannel silent =
                        SocketChannel.open(
                                UnixDomainSocketAddress.of(
                                        DaemonProcess.runDirectories(folder)
                                                .getFirst()
                                                .resolve("control")))) {
            assertTrue(silent.isConnected());
            assertEquals(1, lines(daemon.status()).size());
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
        Path socket = Files.createDirectory(folder.resolve(name)).resolve("control");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        Finished status = DaemonProcess.program(folder, "status").finish();
        assertEquals(1, status.status(), status::toString);
        assertEquals("orcinus: no daemon of this user is running\n", status.errors());
    }
}
