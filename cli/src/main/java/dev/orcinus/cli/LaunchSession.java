package dev.orcinus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.daemon.background.LaunchHandler;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostLaunchers;
import dev.orcinus.platform.spi.host.LaunchedSession;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Serves launchers in the daemon. What the daemon would not do as a JVM of their own does it, it
 * leaves to that.
 */
final class LaunchSession implements LaunchHandler {
    private static final String OURS = "ORCINUS_";
    private static final String RUN = "run";
    private static final String ENDED =
            "the process of this session has been ended from outside, and guest code with it";

    /** Variables of ours that no command of this build reads: tests and benchmarks do. */
    private static final Set<String> OF_TESTS = Set.of("ORCINUS_LLVM_ROOTS", "ORCINUS_BENCH_LLVM");

    /** A JVM gives a guest room for thread-locals by the first; its own options are the others. */
    private static final Set<String> OF_A_JVM =
            Set.of("GLIBC_TUNABLES", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final LauncherBuild build;
    private final Consumer<String> daemonLog;

    /**
     * Serves launchers of a build.
     *
     * @param daemonLog takes a line for each session that ends because this process fails
     */
    LaunchSession(LauncherBuild build, Consumer<String> daemonLog) {
        this.build = build;
        this.daemonLog = daemonLog;
    }

    @Override
    public Optional<String> serve(HostChannel connection) {
        try (LaunchedProcess process = HostLaunchers.current().receive(connection, build)) {
            Optional<String> refusal = refusal(process);
            if (refusal.isEmpty()) {
                process.serve(() -> run(process));
            }
            return refusal;
        } catch (HostCallException e) {
            return Optional.empty(); // it has gone, or goes its own way
        }
    }

    /** Enters the folder of a process that is to be served, or returns why it is not. */
    private static Optional<String> refusal(LaunchedProcess process) {
        if (process.variables().stream().anyMatch(LaunchSession::changesWork)
                || process.arguments().filter(LaunchSession::isCommand).isEmpty()) {
            return Optional.of("what it asks for needs a JVM of its own");
        }
        if (!process.isAlike()) {
            return Optional.of("it has not the rights of the daemon")
                    .filter(_ -> ProcessHandle.of(process.pid()).isPresent());
        }
        try {
            process.enterFolder();
        } catch (HostCallException e) {
            return Optional.of("the daemon cannot enter its folder: " + e.getMessage());
        }
        Optional<Set<String>> names = process.arguments().flatMap(LaunchSession::inputs);
        if (names.isEmpty()) {
            return Optional.of("it names too many files: that needs a JVM of its own");
        }
        return names.get().stream().allMatch(process::isSameFile)
                ? Optional.empty()
                : Optional.of("it names files of its own process");
    }

    /** Returns the names of files that a command is given; a session is given descriptors. */
    private static Optional<Set<String>> inputs(List<String> arguments) {
        return arguments.getFirst().equals(RUN) ? InputNames.of(arguments) : Optional.of(Set.of());
    }

    private static boolean changesWork(String variable) {
        if (variable.equals(LaunchPlace.VARIABLE) || OF_TESTS.contains(variable)) {
            return false;
        }
        return variable.startsWith(OURS) || OF_A_JVM.contains(variable);
    }

    /** Returns whether this process runs a command: of a session, one without options. */
    private static boolean isCommand(List<String> arguments) {
        return arguments.getFirst().equals(RUN)
                ? !PerfMapOption.isIn(arguments)
                : arguments.size() == 1 && SessionDescriptors.areIn(arguments.getFirst());
    }

    private void run(LaunchedProcess process) {
        List<String> arguments = process.arguments().orElseThrow();
        if (arguments.getFirst().equals(RUN)) {
            runProgram(process, arguments.subList(1, arguments.size()));
        } else {
            runSession(process, arguments.getFirst());
        }
    }

    private static void runProgram(LaunchedProcess process, List<String> arguments) {
        try (LaunchedCaller caller = new LaunchedCaller(process)) {
            caller.exit(
                    Main.runFor(
                            caller::log,
                            caller.err(),
                            () -> new RunCommand(arguments, caller).run()));
        }
    }

    private void runSession(LaunchedProcess process, String argument) {
        PrintStream errors = new PrintStream(process.errors(), true, UTF_8);
        try {
            SessionDescriptors descriptors = SessionDescriptors.parse(argument);
            try (LaunchedSession session = start(process, descriptors, errors)) {
                serve(session, descriptors, errors, process.pid());
            }
        } catch (GuestGoneException ended) {
            sayEnded(errors, process.pid());
        } catch (UsageException e) {
            // the JVM that it starts says so
        } catch (HostCallException e) { // one that goes before it has been answered is no failure
            if (!process.isWaiting() || ProcessHandle.of(process.pid()).isPresent()) {
                daemonLog.accept("a session was not served: " + e.getMessage());
            }
        }
    }

    /** A process that has become our own program, and then is not served, would wait for ever. */
    private static LaunchedSession start(
            LaunchedProcess process, SessionDescriptors descriptors, PrintStream errors)
            throws HostCallException {
        try {
            return HostLaunchers.current()
                    .startSession(process, descriptors.in(), descriptors.out());
        } catch (GuestGoneException ended) {
            throw ended;
        } catch (RuntimeException | Error e) {
            if (!process.isWaiting()) {
                try {
                    sayFailure(errors, e);
                } finally {
                    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            throw e;
        }
    }

    /**
     * What is said when the launcher's process has ended is for nobody, except that it has: its
     * controller may live, and have the same standard error.
     */
    private void serve(
            LaunchedSession session, SessionDescriptors descriptors, PrintStream errors, long pid) {
        Consumer<String> log =
                line -> {
                    if (!session.hasEnded()) {
                        errors.println("orcinus: " + line);
                    }
                };
        int status = Main.runFor(log, errors, () -> launched(session, descriptors, log));
        if (session.hasEnded()) {
            sayEnded(errors, pid);
        }
        try {
            session.end(status);
        } catch (RuntimeException | Error e) { // the process is ended all the same
            sayFailure(errors, e);
            throw e;
        }
    }

    private int launched(
            LaunchedSession session, SessionDescriptors descriptors, Consumer<String> log)
            throws UsageException, HostCallException {
        try {
            return new ExecutorCommands(log).launched(session, descriptors);
        } catch (RuntimeException | Error e) {
            daemonLog.accept("a session failed: " + e);
            throw e;
        }
    }

    private void sayEnded(PrintStream errors, long pid) {
        errors.println("orcinus: " + ENDED);
        daemonLog.accept("session of process " + pid + ": " + ENDED);
    }

    private static void sayFailure(PrintStream errors, Throwable failure) {
        errors.println("orcinus: this session cannot be served: " + failure);
    }
}
