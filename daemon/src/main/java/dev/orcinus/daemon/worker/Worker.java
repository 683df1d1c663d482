package dev.orcinus.daemon.worker;

import dev.orcinus.daemon.handover.Control;
import dev.orcinus.daemon.handover.Counters;
import dev.orcinus.executor.Executor;
import dev.orcinus.executor.rehearsal.Rehearsal;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.protocol.ProtocolException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;

/**
 * The program of a worker process: prepares itself, waits for a connection, serves it, and ends. It
 * also ends when the daemon ends.
 */
public final class Worker {
    private final Host host;
    private final Control control;
    private final Executor executor;
    private final SessionOptions options;
    private final Consumer<String> log;

    /**
     * Creates a worker and rehearses a session.
     *
     * @param controlDescriptor the inherited Unix-domain socket to the daemon
     * @param target the target of the controllers' code
     */
    public Worker(
            Host host,
            int controlDescriptor,
            Triple target,
            SessionOptions options,
            Consumer<String> log)
            throws HostCallException {
        this.host = host;
        this.control = new Control(host.channels().inherit(controlDescriptor, controlDescriptor));
        Guest guest = host.guestInThisProcess();
        this.executor = new Executor(guest, PresentedTarget.of(guest, target), log);
        this.options = options;
        this.log = log;
        rehearse();
    }

    /** Serves a session with a controller in this process. */
    private void rehearse() throws HostCallException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Listener listener = host.channels().listen(any);
                Socket line =
                        new Socket(
                                InetAddress.getLoopbackAddress(), listener.address().getPort())) {
            Thread controller = new Thread(() -> control(line), "rehearsal");
            controller.start();
            executor.serve(acceptOwn(listener, line), options);
            controller.join();
        } catch (IOException e) {
            log.accept("no rehearsal: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Accepts our own connection; others, which may be of other users, are closed. */
    private static HostChannel acceptOwn(Listener listener, Socket line) throws HostCallException {
        String host = line.getLocalAddress().getHostAddress();
        String own = (host.contains(":") ? "[" + host + "]" : host) + ":" + line.getLocalPort();
        HostChannel accepted = listener.accept();
        while (!accepted.describe().equals(own)) {
            accepted.close();
            accepted = listener.accept();
        }
        return accepted;
    }

    private void control(Socket line) {
        try (line) {
            new Rehearsal(line.getInputStream(), line.getOutputStream()).run();
        } catch (IOException | ProtocolException e) {
            log.accept("the rehearsal failed: " + e.getMessage());
        }
    }

    /**
     * Serves one session.
     *
     * @return the status to exit with
     */
    public int run() throws HostCallException {
        HostChannel channel = isAwaited() ? host.channels().receive(control.descriptor()) : null;
        if (channel == null) {
            return 0;
        }
        Thread listener = new Thread(this::listen, "daemon-listener");
        listener.setDaemon(true);
        listener.start();
        SessionEnd end = executor.serve(channel, options);
        report(end);
        return end.exit(host.process());
    }

    /** Tells the daemon that this worker is ready; returns false if the daemon has ended. */
    private boolean isAwaited() {
        try {
            control.sendLine(Control.READY);
            return true;
        } catch (HostCallException e) {
            return false;
        }
    }

    /** Tells the daemon how the session ended; the daemon may have ended before. */
    private void report(SessionEnd end) {
        try {
            control.sendLine(Control.END + end.failure().orElse(""));
        } catch (HostCallException e) {
            log.accept("the daemon cannot be told of the end: " + e.getMessage());
        }
    }

    /** Serves the daemon's requests, and ends the session when the daemon has ended. */
    private void listen() {
        try {
            for (int request = control.readByte(); request >= 0; request = control.readByte()) {
                if (request == Control.ASK_COUNTERS) {
                    control.sendLine(Control.COUNTERS + counters());
                }
            }
        } catch (HostCallException e) {
            log.accept("the line to the daemon: " + e.getMessage());
        }
        executor.shutdown();
    }

    private Counters counters() {
        for (Session session : executor.sessions()) {
            MemoryManager.Usage usage = session.memory().usage();
            return new Counters(
                    session.callsServed(), usage.reservedBytes(), usage.allocationCount());
        }
        return new Counters(0, 0, 0);
    }
}
