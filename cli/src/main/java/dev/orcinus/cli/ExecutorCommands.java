package dev.orcinus.cli;

import dev.orcinus.daemon.worker.Worker;
import dev.orcinus.executor.Executor;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms in which a process serves one session. */
final class ExecutorCommands {
    private static final Pattern DESCRIPTORS = Pattern.compile("(\\d{1,9}),(\\d{1,9})");

    private final Consumer<String> log;

    ExecutorCommands(Consumer<String> log) {
        this.log = log;
    }

    /** {@code filedescs=IN,OUT}: on inherited descriptors, as LLVM starts an executor. */
    int descriptors(String pair) throws UsageException, HostCallException {
        Matcher numbers = DESCRIPTORS.matcher(pair);
        if (!numbers.matches()) {
            throw new UsageException(
                    "filedescs=" + pair + ": two descriptors are wanted, as in filedescs=3,6");
        }
        Host host = HostProvider.current();
        int in = Integer.parseInt(numbers.group(1));
        int out = Integer.parseInt(numbers.group(2));
        return serve(host, host.channels().inherit(in, out));
    }

    /**
     * {@code listen=HOST:PORT}: one connection, then the end. LLVM's executor says nothing before
     * that; who asks for port 0 is told which one it is.
     */
    int listen(String text) throws UsageException, HostCallException {
        Host host = HostProvider.current();
        InetSocketAddress address = Options.parseAddress(text);
        HostChannel channel;
        try (Listener listener = host.channels().listen(address)) {
            if (address.getPort() == 0) {
                log.accept("listening on port " + listener.address().getPort());
            }
            channel = listener.accept();
        }
        return serve(host, channel);
    }

    private int serve(Host host, HostChannel channel) throws HostCallException {
        SessionEnd end =
                new Executor(host.guestInThisProcess(), log).serve(channel, SessionOptions.DEFAULT);
        end.failure().ifPresent(log);
        return end.exit(host.process());
    }

    /** {@code worker DESCRIPTOR LIMITS...}: for the daemon. */
    int worker(List<String> arguments) throws HostCallException {
        int control = Integer.parseInt(arguments.getFirst());
        SessionOptions options = SessionOptions.parse(arguments.subList(1, arguments.size()));
        return new Worker(HostProvider.current(), control, options, log).run();
    }
}
