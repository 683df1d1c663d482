package dev.orcinus.daemon;

import dev.orcinus.daemon.admission.Admission;
import dev.orcinus.daemon.handover.ControlSockets;
import dev.orcinus.daemon.status.StatusReport;
import dev.orcinus.daemon.status.StatusServer;
import dev.orcinus.daemon.worker.ChildProcesses;
import dev.orcinus.daemon.worker.CrashFolder;
import dev.orcinus.daemon.worker.ServedSession;
import dev.orcinus.daemon.worker.WorkerCommand;
import dev.orcinus.daemon.worker.WorkerPool;
import dev.orcinus.daemon.worker.WorkerProcess;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Accepts connections and gives each to a worker process. The daemon runs no guest code and reads
 * no byte of a controller, so a session cannot affect another one through it. {@link #run} accepts
 * on its own thread; all other methods are thread-safe.
 */
public final class Daemon implements AutoCloseable {
    private static final long READY_SECONDS = 30;
    private static final long REFILL_AFTER_MILLIS = 200;
    private static final long END_MARGIN_MILLIS = 1_000;

    private final Host host;
    private final DaemonOptions options;
    private final Consumer<String> log;
    private final Admission admission;
    private final RunDirectory directory;
    private final Listener listener;
    private final WorkerPool pool;
    private final StatusServer status;
    private final Map<Long, ServedSession> sessions = new ConcurrentSkipListMap<>();
    private long served;

    /** Binds the address and starts the warm workers. */
    public Daemon(Host host, DaemonOptions options, Consumer<String> log)
            throws IOException, HostCallException {
        this.host = host;
        this.options = options;
        this.log = log;
        this.listener = host.channels().listen(options.listen());
        this.directory = RunDirectory.create(host.process().uid(), host.process().pid());
        this.admission =
                new Admission(
                        options.mostSessions(),
                        options.allowRemote(),
                        options.allowOtherUsers(),
                        host.process().uid());
        this.pool = new WorkerPool(starter(), options.warmWorkers(), log);
        this.status = new StatusServer(directory.statusSocket(), this::statusLines);
        pool.fill();
    }

    private WorkerPool.Starter starter() {
        ChildProcesses processes = new ChildProcesses();
        ControlSockets sockets = new ControlSockets();
        CrashFolder crashes = directory.crashes();
        List<String> command = WorkerCommand.of(crashes, options.target(), options.session());
        return onEnd -> new WorkerProcess(host, processes, sockets, crashes, command, onEnd);
    }

    /** Returns the address that the daemon listens on, with the real port. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Accepts connections until {@link #close}. */
    public void run() {
        log.accept(
                "listening on "
                        + text(address())
                        + ", "
                        + options.mostSessions()
                        + " sessions at most");
        while (true) {
            try {
                HostChannel connection = listener.accept();
                if (connection == null) {
                    return;
                }
                admit(connection);
            } catch (HostCallException e) {
                log.accept("accepting: " + e.getMessage());
                if (pauseAfterFailure()) {
                    return;
                }
            }
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

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void admit(HostChannel connection) {
        Optional<String> refusal = admission.refusal(connection, sessions.size());
        if (refusal.isPresent()) {
            log.accept("refused " + connection.describe() + ": " + refusal.get());
            connection.close();
            return;
        }
        try {
            WorkerProcess worker = pool.take();
            ServedSession session =
                    new ServedSession(++served, connection.describe(), worker, System.nanoTime());
            sessions.put(session.number(), session);
            var _ =
                    worker.outcome()
                            .whenComplete((outcome, failure) -> ended(session, outcome, failure));
            Thread.ofVirtual().start(() -> begin(session, connection));
        } catch (IOException | HostCallException e) {
            log.accept("no worker for " + connection.describe() + ": " + e.getMessage());
            connection.close();
        }
    }

    /**
     * Sends the connection to its worker when the worker is ready. Starts the next warm worker a
     * little later, because a session is busiest at its start.
     */
    private void begin(ServedSession session, HostChannel connection) {
        try {
            session.worker().ready().get(READY_SECONDS, TimeUnit.SECONDS);
            session.worker().hand(connection);
            log.accept(session + " begins");
            TimeUnit.MILLISECONDS.sleep(REFILL_AFTER_MILLIS);
            pool.fill();
        } catch (IOException | ExecutionException | TimeoutException e) {
            log.accept(session + " cannot begin: " + e.getMessage());
            connection.close();
            session.worker().kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ended(ServedSession session, WorkerProcess.Outcome outcome, Throwable failure) {
        sessions.remove(session.number());
        log.accept(session + " has ended: " + (outcome == null ? failure : outcome));
        pool.fill();
    }

    private Collection<String> statusLines() {
        return StatusReport.lines(text(address()), host.process().pid(), sessions.values());
    }

    /** Ends all sessions and workers, and removes the daemon's folder. */
    @Override
    public void close() throws IOException {
        listener.close();
        status.close();
        try {
            pool.close(2 * options.session().grace().toMillis() + END_MARGIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        directory.close();
    }
}
