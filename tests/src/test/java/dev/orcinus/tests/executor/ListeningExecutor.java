package dev.orcinus.tests.executor;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An executor that listens on a loopback port for one session. */
public final class ListeningExecutor implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on port (\\d+)\n");

    private final Program program;
    private final int port;

    /** Starts it, and waits until it listens. */
    public ListeningExecutor(Path directory, String... options) throws InterruptedException {
        this.program = Program.start(directory, command(options));
        program.awaitErrors("\n");
        Matcher line = LISTENING.matcher(program.errors());
        if (!line.find()) {
            throw new AssertionError("no port in: " + program.errors());
        }
        this.port = Integer.parseInt(line.group(1));
    }

    private static List<String> command(String... options) {
        List<String> command = new ArrayList<>(ExecutorCommand.of("listen=127.0.0.1:0"));
        command.addAll(List.of(options));
        return command;
    }

    /** Returns the address that it listens on. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Returns its process id. */
    public long pid() {
        return program.pid();
    }

    /** Waits until {@code text} is in its standard output. */
    public void awaitOutput(String text) throws InterruptedException {
        program.awaitOutput(text);
    }

    /** Waits until {@code text} is in its standard error. */
    public void awaitErrors(String text) throws InterruptedException {
        program.awaitErrors(text);
    }

    /** Waits for its end and returns its result. */
    public Finished finish() throws InterruptedException {
        return program.finish();
    }

    /** Does the same with a given limit. */
    public Finished finish(Duration limit) throws InterruptedException {
        return program.finish(limit);
    }

    /** Kills it, if it still runs. */
    @Override
    public void close() {
        program.close();
    }
}
