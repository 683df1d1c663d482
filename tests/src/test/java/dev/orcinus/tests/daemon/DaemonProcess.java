package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;

/**
 * A running daemon, with a run-time folder of its own. {@link #close} kills it. Used by one thread.
 */
public final class DaemonProcess implements AutoCloseable {
    private static final Pattern LISTENING =
            Pattern.compile("orcinus: listening on (?:127\\.0\\.0\\.1:(\\d+)|unix:.*), .*");
    private static final Pattern BEGINS =
            Pattern.compile("orcinus: session (\\d+) \\(pid (\\d+), (.*)\\) begins");

    private final Path folder;
    private final Program program;
    private final InetSocketAddress address;
    private int sessions;

    private DaemonProcess(Path folder, Program program) throws InterruptedException {
        this.folder = folder;
        this.program = program;
        String port = awaitLog(LISTENING).group(1);
        this.address =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(),
                        port == null ? 0 : Integer.parseInt(port));
    }

    /** Starts a daemon on a free port, and waits until it listens. */
    public static DaemonProcess start(Path folder, String... options) throws InterruptedException {
        String[] arguments =
                Stream.concat(Stream.of("serve", "--listen=127.0.0.1:0"), Stream.of(options))
                        .toArray(String[]::new);
        return new DaemonProcess(folder, program(folder, arguments));
    }

    /**
     * Starts a daemon through a command that runs the rest of its arguments, and waits until it
     * listens.
     */
    static DaemonProcess startThrough(List<String> wrapper, Path folder, String... options)
            throws InterruptedException {
        List<String> command = new ArrayList<>(wrapper);
        String[] arguments =
                Stream.concat(Stream.of("serve", "--listen=127.0.0.1:0"), Stream.of(options))
                        .toArray(String[]::new);
        command.addAll(DaemonCommand.of(folder, arguments));
        return new DaemonProcess(folder, Program.start(folder, command));
    }

    /** Starts a command. */
    static Program program(Path folder, String... arguments) {
        return Program.start(folder, DaemonCommand.of(folder, arguments));
    }

    /** Returns the address of TCP that it listens on; its port is 0 if it has another one. */
    InetSocketAddress address() {
        return address;
    }

    long pid() {
        return program.pid();
    }

    ProcessHandle process() {
        return ProcessHandle.of(program.pid()).orElseThrow();
    }

    /** Returns the guests, also those that wait for a session. */
    List<ProcessHandle> guests() {
        return process().children().flatMap(ProcessHandle::children).toList();
    }

    /** Returns all processes that the daemon has started: guests, and the keeper of guests. */
    List<ProcessHandle> processes() {
        return process().descendants().toList();
    }

    /** Connects a controller and returns its session. */
    public DaemonSession connect() throws IOException, ProtocolException, InterruptedException {
        Controller controller = Controller.connect(address);
        Matcher begins = awaitBegin();
        return new DaemonSession(
                this,
                controller,
                new Services(controller),
                Integer.parseInt(begins.group(1)),
                Long.parseLong(begins.group(2)));
    }

    /** Connects and returns the socket; the daemon may refuse it. */
    Socket connectRaw() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    /** Returns how many sessions have begun, of those that this object has waited for. */
    int sessions() {
        return sessions;
    }

    /** Notes that {@code count} sessions have begun. */
    void countSessions(int count) {
        sessions = count;
    }

    /** Waits for the log line about the beginning of the next session and returns its match. */
    Matcher awaitBegin() throws InterruptedException {
        sessions++;
        return awaitLog(
                Pattern.compile(
                        BEGINS.pattern().replaceFirst("\\(\\\\d\\+\\)", "(" + sessions + ")")));
    }

    /**
     * Waits for the log line about the end of session {@code number}; returns the cause of the end.
     */
    String awaitEnd(int number) throws InterruptedException {
        String pattern = "orcinus: session " + number + " \\(pid \\d+, .*\\) has ended: (.*)";
        return awaitLog(Pattern.compile(pattern)).group(1);
    }

    /** Waits for a line of the log and returns its match. */
    Matcher awaitLog(Pattern line) throws InterruptedException {
        long deadline = System.nanoTime() + Program.LIMIT.toNanos();
        String seen = "";
        boolean hasEnded = false;
        while (!hasEnded && System.nanoTime() < deadline) {
            hasEnded = program.hasEnded();
            String text = program.errors();
            if (text.length() != seen.length() && text.endsWith("\n")) {
                Matcher found = find(line, text);
                if (found != null) {
                    return found;
                }
                seen = text;
            }
            Thread.sleep(1);
        }
        throw new AssertionFailedError("no line " + line + " in:\n" + program.errors());
    }

    private static Matcher find(Pattern pattern, String text) {
        return text.lines().map(pattern::matcher).filter(Matcher::matches).findFirst().orElse(null);
    }

    /** Returns the log so far. */
    String log() {
        return program.errors();
    }

    /** Waits for a text in the guests' output. */
    void awaitOutput(String text) throws InterruptedException {
        program.awaitOutput(text);
    }

    /** Runs {@code orcinus status} and returns its result. */
    Finished status() throws InterruptedException {
        try (Program status = program(folder, "status")) {
            return status.finish();
        }
    }

    /** Returns the folders that daemons have made and not removed. */
    static List<Path> runDirectories(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("orcinus-"))
                    .toList();
        }
    }

    /** Returns the names of the files in this daemon's folder. */
    List<String> runFiles() throws IOException {
        try (Stream<Path> files = Files.list(runDirectories(folder).getFirst())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Sends SIGTERM and waits for the end. */
    public Finished terminate() throws InterruptedException {
        return end("TERM");
    }

    /**
     * Sends a signal and waits for the end of all processes that hold the daemon's output, such as
     * guests.
     */
    Finished end(String signal) throws InterruptedException {
        signal(program.pid(), signal);
        return program.finish();
    }

    /** Sends a signal to a process. */
    static void signal(long pid, String signal) throws InterruptedException {
        List<String> kill = List.of("kill", "-" + signal, Long.toString(pid));
        try (Program sender = Program.start(Path.of("/"), kill)) {
            Finished sent = sender.finish();
            assertEquals(0, sent.status(), sent::toString);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
