package dev.orcinus.cli;

import dev.orcinus.daemon.Daemon;
import dev.orcinus.daemon.DaemonLog;
import dev.orcinus.daemon.DaemonOptions;
import dev.orcinus.daemon.control.Requests;
import dev.orcinus.daemon.control.Requests.Interruption;
import dev.orcinus.daemon.policy.PolicyException;
import dev.orcinus.daemon.policy.PolicyFile;
import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands {@code serve}, {@code status} and {@code interrupt}. */
final class DaemonCommands {
    private static final String LISTEN = "--listen";
    private static final String SESSIONS = "--sessions";
    private static final String WARM = "--warm";
    private static final String IDLE = "--idle-timeout";
    private static final String GRACE = "--grace";
    private static final String MEMORY = "--memory";
    private static final String CALLS = "--calls";
    private static final String POLICY = "--policy";
    private static final String BEST_EFFORT = "--policy-best-effort";
    private static final int STANDARD_SESSIONS = 64;
    private static final int STANDARD_WARM = 2;
    private static final Pattern SESSION = Pattern.compile("(?:(\\d{1,18}):)?(\\d{1,18})");

    private final Consumer<String> log;

    DaemonCommands(Consumer<String> log) {
        this.log = log;
    }

    /** Runs a daemon until SIGTERM or SIGINT, which end the process with status 0. */
    int serve(List<String> arguments) throws UsageException, HostCallException, IOException {
        Host host = HostProvider.current();
        DaemonOptions options = parse(arguments, host);
        DaemonLog lines =
                new DaemonLog(DaemonCommands::write); // the hook closes it: it has the last words
        Daemon daemon = new Daemon(host, options, lines);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(daemon, lines), "end"));
        daemon.run();
        return 0;
    }

    /** Writes a line of the log; unlike {@link System#err}, says whether that was possible. */
    static void write(String line) throws IOException {
        new FileOutputStream(FileDescriptor.err) // stays open
                .write(("orcinus: " + line + "\n").getBytes(System.err.charset()));
    }

    private static DaemonOptions parse(List<String> arguments, Host host) throws UsageException {
        Options options =
                new Options(
                        arguments,
                        Set.of(
                                LISTEN,
                                SESSIONS,
                                WARM,
                                IDLE,
                                GRACE,
                                MEMORY,
                                CALLS,
                                AccessOptions.TOKEN_FILE,
                                POLICY,
                                SessionArguments.CALL_LIMIT,
                                TargetOption.NAME),
                        Set.of(
                                BEST_EFFORT,
                                SessionArguments.ALLOW_REMOTE,
                                SessionArguments.ALLOW_OTHERS,
                                SessionArguments.NO_CHECKPOINTS));
        SessionOptions session = SessionArguments.of(options).options();
        Triple target =
                TargetOption.target(options.text(TargetOption.NAME, ""), host.guestInThisProcess())
                        .triple();
        try {
            DaemonOptions daemon =
                    new DaemonOptions(
                            options.address(LISTEN, "127.0.0.1:0"),
                            options.number(SESSIONS, STANDARD_SESSIONS),
                            options.number(WARM, STANDARD_WARM),
                            options.has(SessionArguments.ALLOW_REMOTE),
                            options.has(SessionArguments.ALLOW_OTHERS),
                            target,
                            share(options).limit(limits(session, options)),
                            policy(options));
            String token = options.text(AccessOptions.TOKEN_FILE, "");
            return token.isEmpty() ? daemon : daemon.withTokenFile(Path.of(token));
        } catch (IllegalArgumentException | PolicyException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** Returns what the code of a session may do. */
    private static SessionPolicy policy(Options options) throws PolicyException {
        SessionPolicy policy = PolicyFile.read(options.text(POLICY, SessionPolicy.NONE.name()));
        return options.has(BEST_EFFORT) ? policy.asBestEffort() : policy;
    }

    private static SessionOptions limits(SessionOptions session, Options options)
            throws UsageException {
        return session.withIdle(options.duration(IDLE, session.idle()))
                .withGrace(options.duration(GRACE, session.grace()));
    }

    /** Returns what a session may take of the daemon. */
    private static SessionShare share(Options options) throws UsageException {
        return new SessionShare(
                options.size(MEMORY, SessionShare.STANDARD.memoryBytes()),
                options.number(CALLS, SessionShare.STANDARD.calls()));
    }

    private static void end(Daemon daemon, DaemonLog log) {
        int status = 0;
        try {
            daemon.close();
            log.accept("ended");
        } catch (IOException e) {
            log.accept("while ending: " + e.getMessage());
            status = 1;
        }
        log.close();
        Runtime.getRuntime().halt(status);
    }

    /** Prints the report of each of this user's daemons; returns 1 if there are none. */
    int status() throws IOException {
        Map<Long, String> reports = new RunningDaemons(log).ask(Requests.STATUS);
        if (reports.isEmpty()) {
            log.accept("no daemon of this user is running");
        }
        reports.values().forEach(System.out::print);
        return reports.isEmpty() ? 1 : 0;
    }

    /**
     * Runs {@code interrupt [DAEMON:]SESSION}: ends the call that runs in a session's guest.
     *
     * @return 0 if a call ran
     */
    int interrupt(List<String> arguments) throws UsageException, IOException {
        Matcher session = SESSION.matcher(arguments.isEmpty() ? "" : arguments.getFirst());
        if (arguments.size() != 1 || !session.matches()) {
            throw new UsageException(
                    "interrupt takes one session, as in 'interrupt 3', or 'interrupt 4711:3' for a"
                            + " session of the daemon whose process is 4711");
        }
        Map<Long, String> answers =
                new RunningDaemons(log)
                        .ask(
                                Requests.interrupt(Long.parseLong(session.group(2))),
                                session.group(1));
        answers.values().removeIf(Interruption.UNKNOWN.name()::equals);
        if (answers.size() != 1) {
            return tell(arguments.getFirst(), answers.keySet());
        }
        if (answers.containsValue(Interruption.IDLE.name())) {
            log.accept("no call runs in session " + arguments.getFirst());
            return 1;
        }
        return 0;
    }

    private int tell(String session, Set<Long> daemons) {
        log.accept(
                daemons.isEmpty()
                        ? "no daemon of this user has a session " + session
                        : "several daemons have a session "
                                + session
                                + ": write DAEMON:SESSION; the daemons are "
                                + daemons);
        return 1;
    }
}
