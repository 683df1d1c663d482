package dev.orcinus.daemon;

import dev.orcinus.daemon.admission.Admission;
import dev.orcinus.daemon.admission.DescriptorLimit;
import dev.orcinus.daemon.admission.ListenAddress;
import dev.orcinus.daemon.admission.UnixUsers;
import dev.orcinus.daemon.control.ControlServer;
import dev.orcinus.daemon.control.Requests;
import dev.orcinus.daemon.session.Sessions;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProcess;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Accepts connections and serves each in a session of its own. All sessions share this process, and
 * none shares its guest, so that what the code of one does, its crash included, reaches no other.
 * {@link #run} accepts on its own thread; all other methods are thread-safe.
 */
public final class Daemon implements AutoCloseable {
    private static final long END_MARGIN_MILLIS = 1_000;

    private final DaemonOptions options;
    private final Consumer<String> log;
    private final Admission admission;
    private final Listener listener;
    private final HostProcess process;
    private final RunDirectory directory;
    private final Sessions sessions;
    private final ControlServer control;

    /**
     * Binds the address and starts a guest.
     *
     * @throws UnsupportedOperationException if this system has no guest processes
     */
    public Daemon(Host host, DaemonOptions options, Consumer<String> log)
            throws IOException, HostCallException {
        this.options = options;
        this.log = log;
        DescriptorLimit.requireHere(options.mostSessions());
        requireParts(host);
        this.listener = host.channels().listen(options.listen());
        this.admission =
                new Admission(
                        options.mostSessions(),
                        options.allowRemote(),
                        options.allowOtherUsers(),
                        host.process().uid(),
                        UnixUsers::describe);
        this.sessions =
                new Sessions(
                        host,
                        options.target(),
                        options.session(),
                        options.policy(),
                        options.warmGuests(),
                        log);
        sessions.prepare();
        this.process = host.process();
        this.directory = RunDirectory.create(process);
        Requests requests = new Requests(ListenAddress.text(address()), process.pid(), sessions);
        this.control = new ControlServer(directory.controlSocket(), requests::answer, log);
    }

    /** Refuses a policy that the system cannot enforce; notes what a best effort leaves out. */
    private void requireParts(Host host) throws HostCallException {
        GuestPolicy policy = options.policy().guest();
        List<String> missing = host.missing(policy);
        String cannot = "the kernel cannot " + String.join(", and cannot ", missing);
        if (!missing.isEmpty() && !policy.isBestEffort()) {
            throw new HostCallException(
                    "policy",
                    0,
                    "policy "
                            + options.policy().name()
                            + ": "
                            + cannot
                            + "; --policy-best-effort does without");
        }
        if (!missing.isEmpty()) {
            log.accept("WARNING: policy " + options.policy().name() + ": " + cannot);
        }
    }

    /** Returns the address that the daemon listens on, with the real port. */
    public SocketAddress address() {
        return listener.address();
    }

    /** Accepts connections until {@link #close}. */
    public void run() {
        log.accept(
                "listening on "
                        + ListenAddress.text(address())
                        + ", "
                        + options.mostSessions()
                        + " sessions at most"
                        + (options.policy().isNone()
                                ? ""
                                : ", policy " + options.policy().describe()));
        if (ListenAddress.isReachable(address())) {
            log.accept(
                    "WARNING: everyone who can reach "
                            + ListenAddress.text(address())
                            + " can run code as this user; nothing asks who they are");
        }
        Thread.ofPlatform().daemon().name("end-watch").start(this::startEndWatch);
        sessions.rehearse();
        while (true) {
            try {
                HostChannel connection = listener.accept();
                if (connection == null) {
                    return;
                }
                admit(connection);
            } catch (HostCallException | OutOfMemoryError e) {
                log.accept("accepting: " + e.getMessage());
                if (pauseAfterFailure()) {
                    return;
                }
            }
        }
    }

    private void startEndWatch() {
        try {
            directory.removeAtEnd(process);
        } catch (IOException | OutOfMemoryError e) { // no process, or no thread
            log.accept("what a killed daemon leaves is removed by the next one: " + e.getMessage());
        }
    }

    /**
     * Waits after a failed accept, and returns whether the thread was interrupted. The usual cause
     * is a lack of descriptors, which the end of a session frees.
     */
    private static boolean pauseAfterFailure() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void admit(HostChannel connection) {
        Optional<String> refusal = admission.refusal(connection, sessions.running());
        if (refusal.isPresent()) {
            log.accept("refused " + connection.describe() + ": " + refusal.get());
            connection.close();
        } else {
            sessions.begin(connection);
        }
    }

    /** Ends all sessions and guests, and removes the daemon's folder. */
    @Override
    public void close() throws IOException {
        listener.close();
        control.close();
        try {
            sessions.end(2 * options.session().grace().toMillis() + END_MARGIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        directory.close();
    }
}
