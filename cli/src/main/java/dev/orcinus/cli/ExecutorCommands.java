package dev.orcinus.cli;

import dev.orcinus.daemon.admission.Admission;
import dev.orcinus.daemon.admission.ListenAddress;
import dev.orcinus.executor.Executor;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.platform.spi.host.HostTerminal;
import dev.orcinus.platform.spi.host.LaunchedSession;
import dev.orcinus.runtime.guest.CheckpointOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands that serve one session. */
final class ExecutorCommands {
    private final Consumer<String> log;

    ExecutorCommands(Consumer<String> log) {
        this.log = log;
    }

    /**
     * Runs {@code filedescs=IN,OUT}, or {@code socket:adopt=FD}: serves on inherited descriptors,
     * as LLVM starts an executor.
     */
    int inherited(SessionDescriptors descriptors, List<String> options)
            throws UsageException, HostCallException {
        Host host = HostProvider.current();
        SessionArguments arguments = parse(host, options);
        HostChannel channel =
                descriptors.checked(host.channels().inherit(descriptors.in(), descriptors.out()));
        // A guest that started before would have the descriptors, too.
        return serveCaller(host, new GuestStart(host, log), arguments, () -> channel);
    }

    /**
     * Runs {@code listen=HOST:PORT} or {@code listen=unix:PATH}: serves one connection, of this
     * user unless others are allowed. Writes nothing before that, as LLVM's executor, except the
     * real port if port 0 was given, and refusals. LLVM's executor refuses nobody.
     */
    int listen(String text, List<String> arguments) throws UsageException, HostCallException {
        SocketAddress address = Options.parseSocketAddress(text);
        Options options = SessionArguments.ofListener(arguments);
        boolean allowRemote = options.has(SessionArguments.ALLOW_REMOTE);
        boolean allowOthers = options.has(SessionArguments.ALLOW_OTHERS);
        try {
            ListenAddress.require("listen=", address, allowRemote, allowOthers);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + " (LLVM's executor does not ask)");
        }
        Host host = HostProvider.current();
        SessionArguments session = checked(host, SessionArguments.of(options));
        Admission admission =
                new Admission(1, allowRemote, allowOthers, host.process().uid(), Integer::toString);
        return serve(
                new GuestStart(host, log),
                session,
                session.options(),
                () -> accept(host, address, admission));
    }

    private HostChannel accept(Host host, SocketAddress address, Admission admission)
            throws HostCallException {
        try (Listener listener = host.channels().listen(address)) {
            if (address instanceof InetSocketAddress asked
                    && asked.getPort() == 0
                    && listener.address() instanceof InetSocketAddress bound) {
                log.accept("listening on port " + bound.getPort());
            }
            while (true) {
                HostChannel connection = listener.accept();
                Optional<String> refusal = admission.refusal(connection, 0);
                if (refusal.isEmpty()) {
                    return connection;
                }
                log.accept("refused " + connection.describe() + ": " + refusal.get());
                connection.close();
            }
        }
    }

    /** Runs {@code tcp:connect=HOST:PORT}: connects to a controller, and serves it. */
    int connect(String text, List<String> options) throws UsageException, HostCallException {
        InetSocketAddress address = Options.parseAddress(text);
        Host host = HostProvider.current();
        SessionArguments arguments = parse(host, options);
        GuestStart guest = new GuestStart(host, log);
        return serveCaller(host, guest, arguments, () -> host.channels().connect(address));
    }

    /** Parses the options, and requires that this machine runs code of a target that is named. */
    private static SessionArguments parse(Host host, List<String> options) throws UsageException {
        return checked(host, SessionArguments.parse(options));
    }

    private static SessionArguments checked(Host host, SessionArguments arguments)
            throws UsageException {
        if (arguments.namesTarget()) {
            var _ = arguments.target(host.guestInThisProcess());
        }
        return arguments;
    }

    /**
     * Serves a controller that has started this process. They share a terminal, if there is one:
     * guest code has it while it runs, and its interrupt key does not end this process, because the
     * controller may go on.
     */
    private int serveCaller(Host host, GuestStart guest, SessionArguments arguments, Line line)
            throws UsageException, HostCallException {
        ColdStart start = ColdStart.begin();
        int status =
                serve(guest, arguments, arguments.options(host.process().openTerminal()), line);
        start.finish();
        return status;
    }

    /** Serves a controller in a guest that is there before the line is. */
    private int serve(
            GuestStart start, SessionArguments arguments, SessionOptions limits, Line line)
            throws UsageException, HostCallException {
        Guest guest = start.await();
        return orGuestEnd(() -> serve(guest, arguments.target(guest), limits, line))
                .exit(HostProvider.current().process());
    }

    /**
     * Serves a launcher that has asked this process, in a guest whose parent the launcher's process
     * is. Its controller has started that process as it starts an executor with a JVM.
     *
     * @return the status with which that process is to end
     */
    int launched(LaunchedSession session, SessionDescriptors descriptors)
            throws UsageException, HostCallException {
        IsolatedGuest guest = session.guest();
        HostChannel line = session.line();
        SessionOptions limits = launchedLimits(session.openTerminal());
        try {
            return orGuestEnd(
                            () ->
                                    serve(
                                            guest,
                                            PresentedTarget.of(guest),
                                            limits,
                                            () -> descriptors.checked(line)))
                    .status();
        } finally { // of a session that has not begun, too
            guest.close();
            line.close();
        }
    }

    /** Serves, and tells the end of a guest that goes before there is a session to tell it. */
    private SessionEnd orGuestEnd(Service service) throws UsageException, HostCallException {
        try {
            return service.serve();
        } catch (GuestGoneException gone) {
            log.accept(gone.getMessage());
            return new SessionEnd(Optional.of(gone.getMessage()), 0, Optional.of(gone.end()));
        }
    }

    /**
     * Returns the limits of a session that a launcher was started for. What the environment of this
     * process says is not about it, and it is one of many here.
     */
    static SessionOptions launchedLimits(Optional<HostTerminal> terminal) {
        CheckpointOptions checkpoints = CheckpointOptions.DEFAULT;
        return SessionShare.STANDARD.limit(
                SessionOptions.DEFAULT.withCheckpoints(
                        terminal.map(checkpoints::with).orElse(checkpoints)));
    }

    private SessionEnd serve(Guest guest, PresentedTarget target, SessionOptions limits, Line line)
            throws UsageException, HostCallException {
        try (Executor executor = new Executor(guest, target, log)) {
            SessionEnd end = executor.serve(line.open(), limits);
            end.failure().ifPresent(log);
            return end;
        }
    }

    /** Serves a controller. */
    @FunctionalInterface
    private interface Service {
        SessionEnd serve() throws UsageException, HostCallException;
    }

    /** Opens the line to a controller. */
    @FunctionalInterface
    private interface Line {
        HostChannel open() throws UsageException, HostCallException;
    }
}
