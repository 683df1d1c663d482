package dev.orcinus.daemon.session;

import dev.orcinus.executor.rehearsal.Rehearsal;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.spi.HostCallException;
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
 * A session with a controller in this process, after which the classes are loaded that all sessions
 * need.
 */
final class SessionRehearsal {
    private final Host host;
    private final SessionOptions options;
    private final Consumer<String> log;

    SessionRehearsal(Host host, SessionOptions options, Consumer<String> log) {
        this.host = host;
        this.options = options;
        this.log = log;
    }

    /** Serves the session with a guest, and ends the guest. */
    void run(ReadyGuest guest) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (guest;
                Listener listener = host.channels().listen(any);
                Socket line = new Socket()) {
            line.connect(listener.address());
            Thread controller = new Thread(() -> control(line), "rehearsing-controller");
            controller.setDaemon(true);
            controller.start();
            guest.executor().serve(acceptOwn(listener, line), options);
            controller.join();
        } catch (IOException | HostCallException | OutOfMemoryError e) {
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
}
