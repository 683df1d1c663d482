package dev.orcinus.daemon;

import dev.orcinus.daemon.worker.Control;
import dev.orcinus.daemon.worker.Counters;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A worker as the daemon sees it, from its start to the last trace of it. Two threads of its own
 * watch it: one reads what it says, one waits for its end. For many threads.
 */
final class WorkerProcess {
    /** The descriptor on which a worker finds its control line. */
    static final int CONTROL_DESCRIPTOR = 3;

    private static final long WATCH_STACK_BYTES = 256 << 10;

    private final Posix posix;
    private final Host host;
    private final RunDirectory directory;
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
     * How a worker ended.
     *
     * @param status from waitpid
     * @param lastWord the failure that it reported, or "" for none; empty if it had no time to say
     * @param crash HotSpot's report
     */
    record Outcome(ExitStatus status, Optional<String> lastWord, Optional<CrashReport> crash) {
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
     * @param onEnd told once the process is gone and cleaned up after
     */
    WorkerProcess(
            Posix posix,
            Host host,
            RunDirectory directory,
            List<String> command,
            Consumer<WorkerProcess> onEnd)
            throws IOException, HostCallException {
        this.posix = posix;
        this.host = host;
        this.directory = directory;
        this.onEnd = onEnd;
        int[] ends = posix.socketPair();
        try {
            this.pid = posix.spawn(command, ends[1], CONTROL_DESCRIPTOR);
        } catch (IOException e) {
            posix.close(ends[0]);
            throw e;
        } finally {
            posix.close(ends[1]);
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

    long pid() {
        return pid;
    }

    /** Done when the worker waits for a connection; fails when it ends before. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    /** Done when the worker is gone. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Gives the worker its connection; our descriptor of it is closed. */
    synchronized void hand(HostChannel connection) throws IOException {
        try (connection) {
            if (gone) {
                throw new IOException("worker " + pid + " is gone");
            }
            posix.sendDescriptor(control.descriptor(), connection.descriptor(), Control.CONNECTION);
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
     * Waits for the end and removes what is left: children, shared memory, the crash report, the
     * control line.
     */
    private void await() {
        try {
            ExitStatus status = posix.await(pid);
            posix.killGroup(pid);
            host.process().unlinkSharedMemoryOf(pid);
            ready.completeExceptionally(
                    new IOException("the worker ended before it was ready: " + status));
            hearTheRest();
            outcome.complete(new Outcome(status, lastWord, takeCrashReport()));
        } catch (IOException | InterruptedException e) {
            outcome.completeExceptionally(e);
        } finally {
            close();
            onEnd.accept(this);
        }
    }

    /**
     * What the worker said is still read; a child that has left its group may hold the line open.
     */
    private void hearTheRest() throws InterruptedException {
        control.shutdown();
        listener.join();
    }

    private synchronized void close() {
        gone = true;
        control.close();
    }

    private Optional<CrashReport> takeCrashReport() throws IOException {
        Path file = directory.crashReport(Long.toString(pid));
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<CrashReport> report = CrashReport.read(file);
        Files.delete(file);
        return report;
    }

    /** Asks the worker for its counters; empty if it does not answer in time. */
    Optional<Counters> counters(Duration patience) {
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

    /** Asks the worker to end its session and itself. */
    synchronized void end() {
        if (!gone) {
            control.shutdown();
        }
    }

    /** Ends the worker and its children at once. */
    synchronized void kill() {
        if (!gone) {
            posix.killGroup(pid);
        }
    }
}
