package dev.orcinus.daemon;

import dev.orcinus.daemon.admission.AcceptLoop;
import dev.orcinus.daemon.admission.Admission;
import dev.orcinus.daemon.admission.DescriptorLimit;
import dev.orcinus.daemon.admission.ListenAddress;
import dev.orcinus.daemon.admission.TokenGate;
import dev.orcinus.daemon.admission.TokenRehearsal;
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
import dev.orcinus.secure.ServerAccess;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Accepts connections and serves each in a session of its own. All sessions share this process, and
 * none shares its guest, so that what the code of one does, its crash included, reaches no other.
 * {@link #run} accepts on its own thread; all other methods are thread-safe.
 */
public final class Daemon implements AutoCloseable {
    private static final long END_MARGIN_MILLIS = 1_000;

    private final Host host;
    private final DaemonOptions options;
    private final Consumer<String> log;
    private final Admission admission;
    private final Optional<ServerAccess> access;
    private final Optional<TokenGate> gate;
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
        this.host = host;
        this.options = options;
        this.log = log;
        DescriptorLimit.requireHere(options.mostSessions());
        this.access =
                options.tokenFile().isPresent()
                        ? Optional.of(ServerAccess.of(options.tokenFile().get()))
                        : Optional.empty();
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
        this.gate = access.map(this::gate);
        sessions.prepare();
        this.process = host.process();
        this.directory = RunDirectory.create(process);
        Requests requests =
                new Requests(ListenAddress.text(address()), process.pid(), sessions, gate);
        this.control = new ControlServer(directory.controlSocket(), requests::answer, log);
    }

    private TokenGate gate(ServerAccess by) {
        return new TokenGate(
                by,
                ServerAccess.LIMIT,
                peer -> admission.refusal(peer, sessions.running()),
                this::begin,
                log);
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
        sayWhoGetsIn();
        Thread.ofPlatform().daemon().name("end-watch").start(this::startEndWatch);
        sessions.rehearse();
        rehearseAccess();
        new AcceptLoop(listener, this::admit, log).run();
    }

    private void sayWhoGetsIn() {
        if (access.isPresent()) {
            log.accept(
                    "clients need the token of "
                            + options.tokenFile().get()
                            + ", as 'orcinus connect' has it; the certificate is "
                            + access.get().identity().fingerprint());
        } else if (ListenAddress.isReachable(address())) {
            log.accept(
                    "WARNING: everyone who can reach "
                            + ListenAddress.text(address())
                            + " can run code as this user; nothing asks who they are, as"
                            + " --token-file does");
        }
    }

    /** Has the first client that shows a token not wait for the classes of TLS. */
    private void rehearseAccess() {
        try {
            access.ifPresent(
                    by ->
                            Thread.ofPlatform()
                                    .daemon()
                                    .name("token-rehearsal")
                                    .start(() -> rehearse(by)));
        } catch (OutOfMemoryError e) {
            log.accept("no rehearsal of TLS: " + e.getMessage());
        }
    }

    private void rehearse(ServerAccess by) {
        try {
            new TokenRehearsal(host, by).run();
        } catch (IOException | HostCallException | OutOfMemoryError e) {
            log.accept("no rehearsal of TLS: " + e.getMessage());
        }
    }

    private void startEndWatch() {
        try {
            directory.removeAtEnd(process);
        } catch (IOException | OutOfMemoryError e) { // no process, or no thread
            log.accept("what a killed daemon leaves is removed by the next one: " + e.getMessage());
        }
    }

    private void admit(HostChannel connection) {
        if (gate.isEmpty()) {
            begin(connection);
            return;
        }
        Optional<String> refusal = admission.refusal(connection, 0);
        if (refusal.isPresent()) {
            refuse(connection, refusal.get());
        } else {
            gate.get().enter(connection);
        }
    }

    /** Begins a session, if there is a place for it. */
    private synchronized void begin(HostChannel connection) {
        Optional<String> refusal = admission.refusal(connection, sessions.running());
        if (refusal.isPresent()) {
            refuse(connection, refusal.get());
        } else {
            sessions.begin(connection);
        }
    }

    private void refuse(HostChannel connection, String reason) {
        log.accept("refused " + connection.describe() + ": " + reason);
        connection.close();
    }

    /** Ends all sessions and guests, and removes the daemon's folder. */
    @Override
    public void close() throws IOException {
        listener.close();
        gate.ifPresent(TokenGate::close);
        control.close();
        try {
            sessions.end(2 * options.session().grace().toMillis() + END_MARGIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        directory.close();
    }
}
