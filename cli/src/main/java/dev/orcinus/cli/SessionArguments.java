package dev.orcinus.cli;

import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.HostTerminal;
import dev.orcinus.runtime.guest.CheckpointOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options of a command that serves one session. Variables of the environment stand for some of
 * them, because some controllers start an executor without arguments of the user's.
 */
final class SessionArguments {
    static final String NO_CHECKPOINTS = "--no-checkpoints";
    static final String CALL_LIMIT = "--call-limit";
    static final String ALLOW_REMOTE = "--allow-remote";
    static final String ALLOW_OTHERS = "--allow-other-users";

    private static final String NO_CHECKPOINTS_VARIABLE = "ORCINUS_NO_CHECKPOINTS";
    private static final String CALL_LIMIT_VARIABLE = "ORCINUS_CALL_LIMIT";

    private final String triple;
    private final boolean hasCheckpoints;
    private final Duration callLimit;

    private SessionArguments(String triple, boolean hasCheckpoints, Duration callLimit) {
        this.triple = triple;
        this.hasCheckpoints = hasCheckpoints;
        this.callLimit = callLimit;
    }

    /** Parses the options behind a command. */
    static SessionArguments parse(List<String> arguments) throws UsageException {
        return arguments.isEmpty()
                ? new SessionArguments("", hasCheckpoints(), callLimit())
                : of(options(arguments, Set.of(NO_CHECKPOINTS)));
    }

    /** Reads the options behind a command that listens. */
    static Options ofListener(List<String> arguments) throws UsageException {
        return options(arguments, Set.of(NO_CHECKPOINTS, ALLOW_REMOTE, ALLOW_OTHERS));
    }

    private static Options options(List<String> arguments, Set<String> plain)
            throws UsageException {
        return new Options(arguments, Set.of(TargetOption.NAME, CALL_LIMIT), plain);
    }

    private static boolean hasCheckpoints() {
        return variable(NO_CHECKPOINTS_VARIABLE).isEmpty();
    }

    private static Duration callLimit() throws UsageException {
        return duration(variable(CALL_LIMIT_VARIABLE));
    }

    /** Returns those of a command's options that are about a session. */
    static SessionArguments of(Options options) throws UsageException {
        return new SessionArguments(
                options.text(TargetOption.NAME, ""),
                hasCheckpoints() && !options.has(NO_CHECKPOINTS),
                options.duration(CALL_LIMIT, callLimit()));
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }

    private static Duration duration(String text) throws UsageException {
        return text.isEmpty() ? Duration.ZERO : Options.parseDuration(CALL_LIMIT_VARIABLE, text);
    }

    /** Returns whether the user has named a target. */
    boolean namesTarget() {
        return !triple.isEmpty() || !TargetOption.variable().isEmpty();
    }

    /** Returns the target that the user has named, or a guest's own. */
    PresentedTarget target(Guest guest) throws UsageException {
        return TargetOption.target(triple, guest);
    }

    /** Returns the limits of a session whose guest has the terminal while its code runs. */
    SessionOptions options(Optional<HostTerminal> terminal) {
        CheckpointOptions checkpoints = options().checkpoints();
        return options().withCheckpoints(terminal.map(checkpoints::with).orElse(checkpoints));
    }

    /** Returns the limits of the session. */
    SessionOptions options() {
        return SessionOptions.DEFAULT.withCheckpoints(
                new CheckpointOptions(hasCheckpoints, callLimit));
    }
}
