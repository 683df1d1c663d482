package dev.orcinus.daemon.background;

import dev.orcinus.daemon.admission.AcceptLoop;
import dev.orcinus.daemon.admission.Admission;
import dev.orcinus.daemon.admission.DescriptorLimit;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The socket to which launchers connect. Each connection of this user gets a thread of its own;
 * those of others are closed, and those for which too few descriptors are left, so that a launcher
 * starts a JVM of its own before it has said anything.
 */
final class LaunchServer implements AutoCloseable {
    private static final int MOST_AT_ONCE = 4096;

    private final int mostAtOnce;
    private final Listener listener;
    private final Admission admission;
    private final LaunchHandler handler;
    private final DaemonActivity activity;
    private final Consumer<String> log;
    private final WaitingThread waiting;

    /**
     * Opens the socket.
     *
     * @param activity is told of each connection that is served
     */
    LaunchServer(
            Host host,
            Path socket,
            LaunchHandler handler,
            DaemonActivity activity,
            Consumer<String> log)
            throws IOException, HostCallException {
        this.handler = handler;
        this.activity = activity;
        this.log = log;
        this.mostAtOnce = Math.min(MOST_AT_ONCE, DescriptorLimit.launchesHere());
        this.admission =
                new Admission(
                        Integer.MAX_VALUE, false, false, host.process().uid(), Integer::toString);
        KeptThreads.begin(); // a thread that serves a launch has the launcher's folder
        this.waiting = new WaitingThread("launch", this::serve);
        this.listener = host.channels().listen(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(new AcceptLoop(listener, this::begin, log), "launches");
        thread.setDaemon(true);
        thread.start();
    }

    private void begin(HostChannel connection) {
        Optional<String> refusal = admission.refusal(connection, activity.running());
        if (refusal.isPresent()) {
            log.accept("refused " + connection.describe() + ": " + refusal.get());
            connection.close();
        } else if (activity.running() >= mostAtOnce) {
            log.accept(mostAtOnce + " launches are served, for more there may be no descriptors");
            connection.close();
        } else if (!activity.begin()) {
            connection.close();
        } else {
            start(connection);
        }
    }

    private void start(HostChannel connection) {
        try {
            waiting.serve(connection);
        } catch (OutOfMemoryError e) {
            connection.close();
            activity.end(false);
            throw e;
        }
    }

    private void serve(HostChannel connection) {
        boolean isServed = true;
        try {
            isServed = handler.serve(connection).isEmpty();
        } catch (RuntimeException | Error e) {
            log.accept("a launch failed: " + e);
        } finally {
            activity.end(isServed);
        }
    }

    /** Closes the socket, and removes its file. What is being served goes on. */
    @Override
    public void close() {
        listener.close();
        waiting.close();
    }
}
