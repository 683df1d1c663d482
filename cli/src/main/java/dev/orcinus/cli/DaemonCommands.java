package dev.orcinus.cli;

import dev.orcinus.daemon.Daemon;
import dev.orcinus.daemon.DaemonOptions;
import dev.orcinus.daemon.RunDirectory;
import dev.orcinus.daemon.status.StatusServer;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The commands {@code serve} and {@code status}. */
final class DaemonCommands {
    private static final String LISTEN = "--listen";
    private static final String SESSIONS = "--sessions";
    private static final String WARM = "--warm";
    private static final String IDLE = "--idle-timeout";
    private static final String GRACE = "--grace";
    private static final String REMOTE = "--allow-remote";
    private static final String OTHERS = "--allow-other-users";
    private static final int STANDARD_SESSIONS = 64;
    private static final int STANDARD_WARM = 2;

    private final Consumer<String> log;

    DaemonCommands(Consumer<String> log) {
        this.log = log;
    }

    /** Runs a daemon until SIGTERM or SIGINT, which end the process with status 0. */
    int serve(List<String> arguments) throws UsageException, HostCallException, IOException {
        Host host = HostProvider.current();
        Daemon daemon = new Daemon(host, parse(arguments, host), log);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(daemon), "end"));
        daemon.run();
        return 0;
    }

    private static DaemonOptions parse(List<String> arguments, Host host) throws UsageException {
        Options options =
                new Options(
                        arguments,
                        Set.of(LISTEN, SESSIONS, WARM, IDLE, GRACE, TargetOption.NAME),
                        Set.of(REMOTE, OTHERS));
        SessionOptions session = SessionOptions.DEFAULT;
        Triple target =
                TargetOption.target(options.text(TargetOption.NAME, ""), host.guestInThisProcess())
                        .triple();
        try {
            return new DaemonOptions(
                    options.address(LISTEN, "127.0.0.1:0"),
                    options.number(SESSIONS, STANDARD_SESSIONS),
                    options.number(WARM, STANDARD_WARM),
                    options.has(REMOTE),
                    options.has(OTHERS),
                    target,
                    session.withIdle(options.duration(IDLE, session.idle()))
                            .withGrace(options.duration(GRACE, session.grace())));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private void end(Daemon daemon) {
        int status = 0;
        try {
            daemon.close();
            log.accept("ended");
        } catch (IOException e) {
            log.accept("while ending: " + e.getMessage());
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    /** Prints the report of each of this user's daemons; returns 1 if there are none. */
    int status() throws IOException {
        List<String> reports = new ArrayList<>();
        for (Path socket : RunDirectory.statusSockets(HostProvider.current().process().uid())) {
            try {
                reports.add(StatusServer.ask(socket));
            } catch (SocketException e) {
                // that daemon has just ended, or was killed and another process has its id now
            }
        }
        if (reports.isEmpty()) {
            log.accept("no daemon of this user is running");
            return 1;
        }
        reports.forEach(System.out::print);
        System.out.flush();
        return 0;
    }
}
