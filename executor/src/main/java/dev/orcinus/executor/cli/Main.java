package dev.orcinus.executor.cli;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.spi.Host;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostChannel;
import dev.orcinus.platform.spi.HostChannels.Listener;
import dev.orcinus.platform.spi.HostProvider;
import java.net.InetSocketAddress;

/** The {@code orcinus} command. */
public final class Main {
    private static final int USAGE_ERROR = 2;

    private Main() {}

    /** Runs the command that the first argument names; ends the process with its exit status. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        String command = arguments.length == 0 ? "help" : arguments[0];
        try {
            if (command.startsWith("filedescs=")) {
                return serveDescriptors(command.substring("filedescs=".length()));
            }
            if (command.startsWith("listen=")) {
                return serveOnce(command.substring("listen=".length()));
            }
            System.err.println("usage");
            return USAGE_ERROR;
        } catch (HostCallException | IllegalArgumentException e) {
            log(e.getMessage());
            return 1;
        }
    }

    private static int serveDescriptors(String pair) throws HostCallException {
        int comma = pair.indexOf(',');
        int in = Integer.parseInt(pair.substring(0, comma));
        int out = Integer.parseInt(pair.substring(comma + 1));
        Host host = HostProvider.current();
        return serve(host, host.channels().inherit(in, out));
    }

    private static int serveOnce(String address) throws HostCallException {
        int colon = address.lastIndexOf(':');
        Host host = HostProvider.current();
        InetSocketAddress where = new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        try (Listener listener = host.channels().listen(where)) {
            HostChannel channel = listener.accept();
            return serve(host, channel);
        }
    }

    private static int serve(Host host, HostChannel channel) throws HostCallException {
        SessionEnd end = new Executor(host, Main::log).serve(channel, SessionOptions.DEFAULT);
        end.failure().ifPresent(Main::log);
        return end.exitStatus();
    }

    private static void log(String line) {
        System.err.println("orcinus: " + line);
    }
}
