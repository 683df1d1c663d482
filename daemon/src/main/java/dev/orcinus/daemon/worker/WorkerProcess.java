package dev.orcinus.daemon.worker;

import dev.orcinus.daemon.handover.Control;
import dev.orcinus.daemon.handover.ControlSockets;
import dev.orcinus.daemon.handover.Counters;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A worker process as the daemon sees it, from its start until it is cleaned up. Two threads watch
 * it: one reads its messages, one waits for its end. Thread-safe.
 */
public final class WorkerProcess {
    /** The descriptor on which a worker finds its control line. */
    static final int CONTROL_DESCRIPTOR = 3;

    private static final long WATCH_STACK_BYTES = 256 << 10;

    private final Host host;
    private final ChildProcesses processes;
    private final ControlSockets sockets;
    private final CrashFolder crashes;
    private final Consumer<WorkerProcess> onEnd;
    private final Control control;
    private final long pid;
    private final Thread listener;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private boolean gone;
    private volatile Optional<String> lastWord = Optional.empty();
    private volatile CompletableFuture<Counters> counters = new CompletableFuture<>();

    /**
     * The way in which a worker ended.
     *
     * @param status from waitpid
     * @param lastWord the failure that it reported, or "" if there was none; empty if it reported
     *     nothing
     * @param crash HotSpot's report
     */
    public record Outcome(
            ExitStatus status, Optional<String> lastWord, Optional<CrashReport> crash) {
        @Override
        public String toString() {
            if (crash.isPresent()) {
                return crash.get().toString();
            }
            if (lastWord.isPresent()) {
                return lastWord.get().isEmpty() ? "the controller left" : lastWord.get();
            }
            return status.signal() == 0
                    ? "guest code ended the process with " + status
                    : "the process was ended by " + status + " without a report";
        }
    }

    /**
     * Starts a worker.
     *
     * @param onEnd called after the process has ended and is cleaned up
     */
    public WorkerProcess(
            Host host,
            ChildProcesses processes,
            ControlSockets sockets,
            CrashFolder crashes,
            List<String> command,
            Consumer<WorkerProcess> onEnd)
            throws IOException, HostCallException {
        this.host = host;
        this.processes = processes;
        this.sockets = sockets;
        this.crashes = crashes;
        this.onEnd = onEnd;
        int[] ends = sockets.pair();
        try {
            this.pid = processes.spawn(command, ends[1], CONTROL_DESCRIPTOR);
        } catch (IOException e) {
            sockets.close(ends[0]);
            throw e;
        } finally {
            sockets.close(ends[1]);
        }
        this.control = new Control(host.channels().inherit(ends[0], ends[0]));
        this.listener = watch(this::listen, "listen");
        watch(this::await, "await");
    }

    private Thread watch(Runnable work, String what) {
        Thread thread = new Thread(null, work, what + "-" + pid, WATCH_STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Returns the worker's process id. */
    public long pid() {
        return pid;
    }

    /**
     * Returns a future that is done when the worker waits for a connection, and fails if it ends
     * before.
     */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** Returns a future that is done when the worker has ended. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Sends the worker its connection and closes our descriptor of it. */
    public synchronized void hand(HostChannel connection) throws IOException {
        try (connection) {
            if (gone) {
                throw new IOException("worker " + pid + " is gone");
            }
            sockets.sendDescriptor(
                    control.descriptor(), connection.descriptor(), Control.CONNECTION);
        }
    }

    private void listen() {
        try {
            for (String line = control.readLine(); line != null; line = control.readLine()) {
                hear(line);
            }
        } catch (HostCallException e) {
            ready.completeExceptionally(e);
        }
    }

    private void hear(String line) {
        if (line.equals(Control.READY)) {
            ready.complete(null);
        } else if (line.startsWith(Control.COUNTERS)) {
            counters.complete(Counters.parse(line.substring(Control.COUNTERS.length())));
        } else if (line.startsWith(Control.END)) {
            lastWord = Optional.of(line.substring(Control.END.length()));
        }
    }

    /**
     * Waits for the end and removes everything that is left: children, shared memory, the crash
     * report, the control line.
     */
    private void await() {
        try {
            ExitStatus status = processes.await(pid);
            processes.killGroup(pid);
            host.process().unlinkSharedMemoryOf(pid);
            ready.completeExceptionally(
                    new IOException("the worker ended before it was ready: " + status));
            hearTheRest();
            outcome.complete(new Outcome(status, lastWord, crashes.take(pid)));
        } catch (IOException | InterruptedException e) {
            outcome.completeExceptionally(e);
        } finally {
            close();
            onEnd.accept(this);
        }
    }

    /**
     * Reads the worker's last messages. The line is shut down first, because a child that has left
     * the group may hold it open.
     */
    private void hearTheRest() throws InterruptedException {
        control.shutdown();
        listener.join();
    }

    private synchronized void close() {
        gone = true;
        control.close();
    }

    /** Asks the worker for its counters and returns them; empty if it does not reply in time. */
    public Optional<Counters> counters(Duration patience) {
        try {
            ask();
            return Optional.of(counters.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (HostCallException | ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized void ask() throws HostCallException {
        counters = new CompletableFuture<>();
        if (!gone) {
            control.sendByte(Control.ASK_COUNTERS);
        }
    }

    /** Asks the worker to end its session and its process. */
    public synchronized void end() {
        if (!gone) {
            control.shutdown();
        }
    }

    /** Ends the worker and its children at once. */
    public synchronized void kill() {
        if (!gone) {
            processes.killGroup(pid);
        }
    }
}
