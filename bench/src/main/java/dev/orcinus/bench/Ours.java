package dev.orcinus.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orcinus as the subject: over TCP a daemon with warm guests that runs all the time, over pipes the
 * launcher.
 */
final class Ours implements Subject, AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on ([^,]+),");
    private static final Pattern BEGINS = Pattern.compile("\\(pid (\\d+), .*\\) begins");
    private static final Pattern ENDED = Pattern.compile("session .* has ended: (.*)");
    private static final String GOOD_END = "the controller left";

    /** The number of waiting guests that the daemon keeps by default. */
    static final int WARM_GUESTS = 2;

    private static final int START_SECONDS = 60;
    private static final int END_SECONDS = 20;
    private static final long CHECK_NANOS = 1_000_000;

    /**
     * The time in which the daemon has started the guest that it starts after the beginning of each
     * session.
     */
    static final int REFILL_MILLIS = 1_000;

    private final String program;
    private final Process daemon;
    private final CountDownLatch listening = new CountDownLatch(1);
    private volatile String address;
    private volatile long lastPid;
    private volatile boolean isClosed;
    private volatile boolean expectsCrashes;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    /**
     * Starts the daemon.
     *
     * @param options more options of {@code orcinus serve}
     */
    Ours(Path root, String... options) throws IOException, InterruptedException {
        program = root.resolve("orcinus").toString();
        List<String> command = Tools.command(program, "serve", "--listen", "127.0.0.1:0");
        command.addAll(List.of(options));
        daemon =
                new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::destroy));
        Thread.ofPlatform().daemon().start(this::follow);
        if (!listening.await(START_SECONDS, TimeUnit.SECONDS)) {
            close();
            throw new IOException("the daemon does not listen");
        }
        awaitWarm();
    }

    private void follow() {
        try (BufferedReader log = daemon.errorReader()) {
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            if (!isClosed) {
                System.out.println("the daemon's log: " + e.getMessage());
            }
        }
    }

    private void hear(String line) {
        Matcher begins = BEGINS.matcher(line);
        Matcher end = ENDED.matcher(line);
        Matcher listens = LISTENING.matcher(line);
        if (begins.find()) {
            lastPid = Long.parseLong(begins.group(1));
            begun.incrementAndGet();
        } else if (listens.find()) {
            address = listens.group(1);
            listening.countDown();
        } else if (end.find()) {
            ended.incrementAndGet();
        }
        boolean usual = begins.hasMatch() || listens.hasMatch() || end.hasMatch();
        usual |= expectsCrashes && line.contains("guest code crashed");
        if (!usual || (end.hasMatch() && !end.group(1).equals(GOOD_END))) {
            System.out.println("daemon: " + line);
        }
    }

    /** Waits until the daemon has its waiting guests and is idle. */
    void awaitWarm() throws InterruptedException {
        Thread.sleep(REFILL_MILLIS);
    }

    /** Prints no lines about crashes from now on. */
    void expectCrashes() {
        expectsCrashes = true;
    }

    ProcessHandle daemon() {
        return daemon.toHandle();
    }

    @Override
    public String program() {
        return program;
    }

    @Override
    public Endpoint open(Line line) throws InterruptedException {
        if (line == Line.PIPES) {
            return Endpoint.startedByProbe(program);
        }
        awaitWarm();
        return connection();
    }

    /** Returns a connection to the daemon, which may come before a guest waits for it. */
    Endpoint connection() {
        return new Connection();
    }

    private final class Connection implements Endpoint {
        private final int number = begun.get() + 1;
        private final int endedAfter = ended.get() + 1;

        @Override
        public String probeArgument() {
            return "connect=" + address;
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public long pid(Process probe) throws IOException {
            await(() -> begun.get() >= number, "begin");
            return lastPid;
        }

        @Override
        public void close() throws IOException {
            await(() -> ended.get() >= endedAfter, "end");
        }

        private void await(BooleanSupplier done, String what) throws IOException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
            while (!done.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("session " + number + " of the daemon does not " + what);
                }
                LockSupport.parkNanos(CHECK_NANOS);
            }
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        daemon.destroy();
        Tools.requireEnd(daemon, END_SECONDS);
    }
}
