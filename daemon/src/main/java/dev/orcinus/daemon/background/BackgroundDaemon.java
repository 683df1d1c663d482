package dev.orcinus.daemon.background;

import dev.orcinus.daemon.RunDirectory;
import dev.orcinus.daemon.control.ControlServer;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A daemon that serves the launches of one user and one build. It prepares itself before it opens
 * its socket, so that the first launch that it serves is as quick as all others, and gives memory
 * back when it has been idle for a moment.
 */
public final class BackgroundDaemon implements AutoCloseable {
    private static final Tidying.Times TIDYING =
            new Tidying.Times(Duration.ofSeconds(2), Duration.ofSeconds(10));

    private final Host host;
    private final LaunchPlace place;
    private final HostLock lock;
    private final DaemonActivity activity;
    private final Consumer<String> log;
    private final RunDirectory directory;
    private final ControlServer control;
    private final Tidying tidying;
    private boolean hasPlace = true;

    /**
     * Opens the control socket.
     *
     * @param lock of the place
     * @param idleExit after how long without a launch it ends
     * @param app the folder of this build, if it is an installed one
     */
    public BackgroundDaemon(
            Host host,
            LaunchPlace place,
            HostLock lock,
            Duration idleExit,
            Optional<Path> app,
            Consumer<String> log)
            throws IOException {
        this.host = host;
        this.place = place;
        this.lock = lock;
        this.log = log;
        Optional<BuildFiles> files = app.map(BuildFiles::in);
        this.activity =
                new DaemonActivity(idleExit, () -> files.isEmpty() || files.get().areCurrent());
        this.tidying =
                new Tidying(
                        activity, new DaemonHeap(log), host.process()::trimMemory, TIDYING, log);
        this.directory = RunDirectory.create(host.process());
        BackgroundRequests requests =
                new BackgroundRequests(
                        host.process().pid(),
                        place.folder().getFileName().toString(),
                        activity,
                        () -> Thread.ofPlatform().start(() -> Runtime.getRuntime().exit(0)));
        this.control = new ControlServer(directory.controlSocket(), requests::answer, log);
    }

    /**
     * Serves until it has been idle for long, is told to stop, or another build has taken its
     * place; then another one may begin while this one serves its rest. If the rehearsal shows that
     * it can serve nobody here, it ends at once, and no other one of this build is started before
     * the user asks for it.
     *
     * @param rehearsal prepares this process, if it can
     */
    public void run(LaunchHandler handler, Optional<LaunchRehearsal> rehearsal)
            throws IOException, HostCallException, InterruptedException {
        Optional<String> refusal = rehearsal.flatMap(launches -> launches.run(host, handler, log));
        if (refusal.isPresent()) {
            log.accept("this daemon can serve nobody: " + refusal.get());
            place.refuse(refusal.get());
            return;
        }
        place.removeOthers(host.process());
        tidying.tidy();
        Thread.ofPlatform().daemon().name("tidy").start(tidying);
        startEndWatch();
        try (LaunchServer _ = new LaunchServer(host, place.socket(), handler, activity, log)) {
            activity.open();
            activity.awaitStop();
        }
        givePlaceUp();
        activity.awaitRest();
    }

    private void startEndWatch() {
        try {
            directory.removeAtEnd(host.process());
        } catch (IOException | OutOfMemoryError e) { // no process, or no thread
            log.accept("what a killed daemon leaves is removed by the next one: " + e.getMessage());
        }
    }

    /**
     * Leaves the place to another daemon, once: the rest that this one serves may take long, and
     * what is there then is another one's. The lock goes last, with its file removed, so nobody
     * finds the place half empty.
     */
    private synchronized void givePlaceUp() throws IOException {
        if (hasPlace) {
            hasPlace = false;
            try {
                place.remove();
            } finally {
                lock.close();
            }
        }
    }

    /** Removes the daemon's files, and gives its lock back. */
    @Override
    public void close() throws IOException {
        control.close();
        directory.close();
        givePlaceUp();
    }
}
