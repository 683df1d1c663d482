package dev.orcinus.cli;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.secure.SecureLine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command {@code connect}: an executor for a controller that cannot show a token, which passes
 * everything on to a daemon that wants one. The variable {@code ORCINUS_CONNECT} makes an executor
 * that LLVM starts without arguments of the user's such a relay.
 */
final class ConnectCommand {
    /** A compile-time constant, so that its use in other classes does not load this one. */
    static final String VARIABLE = "ORCINUS_CONNECT";

    private static final Pattern PIPES = Pattern.compile("filedescs=(\\d{1,9}),(\\d{1,9})");
    private static final Pattern SOCKET = Pattern.compile("socket:adopt=(\\d{1,9})");
    private static final int STANDARD_INPUT = 0;
    private static final int STANDARD_OUTPUT = 1;

    private final Consumer<String> log;

    ConnectCommand(Consumer<String> log) {
        this.log = log;
    }

    /** Is a relay to the daemon that the variable names. */
    int instead(List<String> arguments) throws UsageException, HostCallException, IOException {
        List<String> all = new ArrayList<>();
        all.add(System.getenv(VARIABLE));
        all.addAll(arguments);
        return run(all);
    }

    /**
     * Runs {@code connect HOST:PORT [OPTION...] [filedescs=IN,OUT | socket:adopt=FD]}. Without
     * descriptors, the controller is at standard input and output.
     */
    int run(List<String> arguments) throws UsageException, HostCallException, IOException {
        if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
            throw new UsageException("connect takes a daemon's address first, as HOST:PORT");
        }
        InetSocketAddress address = Options.parseAddress(arguments.getFirst());
        List<String> rest = new ArrayList<>(arguments.subList(1, arguments.size()));
        String line = rest.stream().filter(ConnectCommand::isLine).findFirst().orElse("");
        rest.remove(line);
        Options options =
                new Options(
                        rest,
                        Set.of(AccessOptions.TOKEN_FILE, AccessOptions.FINGERPRINT),
                        Set.of());
        AccessOptions access =
                AccessOptions.of(
                        options.text(AccessOptions.TOKEN_FILE, ""),
                        options.text(AccessOptions.FINGERPRINT, ""));
        try (HostChannel controller = controller(HostProvider.current(), line);
                SecureLine daemon =
                        SecureLine.connect(
                                address.getHostString(), address.getPort(), access.access())) {
            return new Relay(controller, daemon, log).run();
        }
    }

    private static boolean isLine(String argument) {
        return PIPES.matcher(argument).matches() || SOCKET.matcher(argument).matches();
    }

    private static HostChannel controller(Host host, String line)
            throws UsageException, HostCallException {
        Matcher pipes = PIPES.matcher(line);
        Matcher socket = SOCKET.matcher(line);
        if (pipes.matches()) {
            return host.channels()
                    .inherit(Integer.parseInt(pipes.group(1)), Integer.parseInt(pipes.group(2)));
        }
        if (socket.matches()) {
            int descriptor = Integer.parseInt(socket.group(1));
            return host.channels().inherit(descriptor, descriptor);
        }
        if (host.process().isTerminal(STANDARD_INPUT)) {
            throw new UsageException(
                    "connect is for controllers, which name their descriptors: filedescs=IN,OUT");
        }
        return host.channels().inherit(STANDARD_INPUT, STANDARD_OUTPUT);
    }
}
