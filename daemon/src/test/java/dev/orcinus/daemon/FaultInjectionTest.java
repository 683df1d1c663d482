package dev.orcinus.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.executor.rehearsal.Rehearsal;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each call of the system in the life of a session fails once, at each place. The session ends, or
 * the controller gets an error; the daemon goes on, and nothing stays.
 */
@Timeout(900)
final class FaultInjectionTest {
    /**
     * Calls of every session. Those for shared memory, thread-locals, debug objects and descriptors
     * of restricted guests fail in the tests of their own modules.
     */
    private static final List<String> CALLS =
            List.of(
                    "Guest.export",
                    "GuestDebugger.find",
                    "GuestDebugger.register",
                    "GuestDebugger.unregister",
                    "GuestMemory.discard" + FaultyHost.SILENT,
                    "GuestMemory.map",
                    "GuestMemory.publish",
                    "GuestMemory.tryRead" + FaultyHost.SILENT,
                    "GuestMemory.tryWrite" + FaultyHost.SILENT,
                    "GuestMemory.unmap" + FaultyHost.SILENT,
                    "GuestProcess.prepareMainThread",
                    "GuestThreadLocals.find",
                    "Host.startGuest",
                    "HostChannel.awaitReadable",
                    "HostChannel.limitWrites",
                    "HostChannel.openWatch" + FaultyHost.SILENT,
                    "HostChannel.readNow",
                    "HostChannel.write",
                    "IsolatedGuest.checkpoint",
                    "Listener.accept",
                    "ReadWatch.await");

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int LIMIT_MILLIS = 60_000;
    private static final int QUIET_MILLIS = 60_000;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FaultyHost faults = new FaultyHost();
    private Daemon daemon;
    private Thread accepting;
    private int begun;

    /** The fault of a call. */
    enum Fault {
        FAILURE,
        SHORTAGE;

        private Throwable of(String call) {
            return this == FAILURE ? FaultyHost.failure(call) : FaultyHost.shortage(call);
        }
    }

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "no /proc to count descriptors in");
        Host host = faults.wrap(HostProvider.current());
        DaemonOptions options =
                new DaemonOptions(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        4,
                        0,
                        false,
                        false,
                        host.guestInThisProcess().triple(),
                        SessionOptions.DEFAULT.withGrace(Duration.ofMillis(300)),
                        SessionPolicy.NONE);
        daemon = new Daemon(host, options, log::add);
        accepting = new Thread(daemon::run, "accepting");
        accepting.start();
    }

    @AfterEach
    void end() throws Exception {
        if (daemon != null) {
            daemon.close();
            accepting.join(LIMIT_MILLIS);
            assertFalse(accepting.isAlive());
        }
    }

    /** Runs a controller; returns what has gone wrong for it. */
    private Optional<String> control() throws IOException {
        try (Socket line = new Socket()) {
            line.connect(daemon.address());
            line.setSoTimeout(LIMIT_MILLIS);
            new Rehearsal(line.getInputStream(), line.getOutputStream()).run();
            return Optional.empty();
        } catch (Exception e) { // whatever an error does to the controller
            return Optional.of(e.toString());
        }
    }

    private long count(String text) {
        return log.stream().filter(line -> line.contains(text)).count();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + QUIET_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
    }

    /** Waits until all sessions that have begun have ended, and those of refused connections. */
    private void awaitQuiet() throws InterruptedException {
        await(() -> count(") begins") == count(" has ended: "));
        assertEquals(count(") begins"), count(" has ended: "), log::toString);
    }

    /** What the session does not expect is told as an error of ours; the fault itself may be. */
    private void assertNoBug(String fault, Optional<String> problem) {
        List<String> bugs =
                Stream.concat(problem.stream(), log.stream())
                        .flatMap(String::lines)
                        .filter(line -> line.contains("internal error"))
                        .filter(line -> !line.contains(FaultyHost.INJECTED))
                        .toList();
        assertEquals(List.of(), bugs, () -> "after " + fault + ": " + problem + ", " + log);
    }

    private void assertServes(String after) throws Exception {
        assertEquals(Optional.empty(), control(), () -> "after " + after + ": " + log);
        awaitQuiet();
    }

    /** Returns what the descriptors of this process stand for, but for the JVM's own files. */
    private static List<String> descriptors() {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.map(FaultInjectionTest::target)
                    .filter(target -> !target.endsWith(".jar") && !target.startsWith("/dev/"))
                    .filter(target -> !isForTools(target))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns whether it is the socket that the JVM opens when a tool attaches to it. */
    private static boolean isForTools(String target) {
        String number = target.replaceAll("socket:\\[(\\d+)]", "$1");
        try (Stream<String> sockets = Files.lines(Path.of("/proc/self/net/unix"))) {
            return sockets.anyMatch(
                    line -> line.contains(" " + number + " ") && line.contains("/.java_pid"));
        } catch (IOException e) {
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "closed";
        }
    }

    private static long processes() {
        return ProcessHandle.current().descendants().count();
    }

    @ParameterizedTest
    @EnumSource
    void eachCallFailsOnce(Fault fault) throws Exception {
        assertServes("the start");
        assertServes("the first session");
        await(() -> ProcessHandle.current().children().count() == 2); // keeper, and end watch
        assertServes("their start");
        List<String> before = descriptors();
        int most = before.size();
        long processes = processes();
        String failed = "the first";
        List<String> leaks = new ArrayList<>();
        for (int n = 0; !failed.isEmpty(); n++) {
            log.clear();
            faults.failAfter(n, fault::of);
            Optional<String> problem = control();
            awaitQuiet();
            failed = faults.stopFailing();
            String what = n + ": " + failed;
            if (problem.isPresent()) {
                assertTrue(
                        failed.endsWith(FaultyHost.SILENT)
                                || (problem.get() + log).contains(FaultyHost.INJECTED),
                        () -> what + ", " + problem.get() + ", " + log);
                assertFalse(problem.get().contains("SocketTimeout"), () -> what + " hangs");
            }
            assertNoBug(what, problem);
            assertServes(what);
            begun++;
            await(() -> descriptors().size() <= most + leaks.size());
            if (descriptors().size() > most + leaks.size()) {
                List<String> more = new ArrayList<>(descriptors());
                before.forEach(more::remove);
                leaks.add(what + ": " + more);
            }
        }
        assertTrue(begun > 100, begun + " calls");
        assertEquals(List.of(), leaks, "these faults leave descriptors");
        await(() -> processes() <= processes);
        assertEquals(processes, processes(), "processes after " + begun + " faults");
        log.clear();
    }

    /**
     * A call may be made by one of several threads, so counting does not reach each for certain.
     */
    @ParameterizedTest
    @EnumSource
    void eachKindOfCallFails(Fault fault) throws Exception {
        assertServes("the start");
        for (String call : CALLS) {
            log.clear();
            faults.failNext(call, fault::of);
            Optional<String> problem = control();
            awaitQuiet();
            assertEquals(call, faults.stopFailing(), "a session makes that call");
            assertNoBug(call, problem);
            problem.ifPresent(
                    p -> assertFalse(p.contains("SocketTimeout"), () -> call + " hangs: " + log));
            assertServes(call);
        }
    }
}
