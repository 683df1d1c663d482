package dev.orcinus.cli;

import dev.orcinus.daemon.background.LaunchHandler;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostLaunchers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Serves launchers in the daemon. What the daemon would not do as a JVM of their own does it, it
 * leaves to that.
 */
final class LaunchSession implements LaunchHandler {
    private static final String OURS = "ORCINUS_";

    /** Variables of ours that no command of this build reads: tests and benchmarks do. */
    private static final Set<String> OF_TESTS = Set.of("ORCINUS_LLVM_ROOTS", "ORCINUS_BENCH_LLVM");

    /** A JVM gives a guest room for thread-locals by the first; its own options are the others. */
    private static final Set<String> OF_A_JVM =
            Set.of("GLIBC_TUNABLES", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final LauncherBuild build;

    /** Serves launchers of a build. */
    LaunchSession(LauncherBuild build) {
        this.build = build;
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
        return namesOwnFile(process)
                ? Optional.of("it names files of its own process")
                : Optional.empty();
    }

    private static boolean namesOwnFile(LaunchedProcess process) {
        return process.arguments().stream()
                .map(InputNames::of)
                .flatMap(Set::stream)
                .anyMatch(name -> !process.isSameFile(name));
    }

    private static boolean changesWork(String variable) {
        if (variable.equals(LaunchPlace.VARIABLE) || OF_TESTS.contains(variable)) {
            return false;
        }
        return variable.startsWith(OURS) || OF_A_JVM.contains(variable);
    }

    private static boolean isCommand(List<String> arguments) {
        return arguments.getFirst().equals("run") && !PerfMapOption.isIn(arguments);
    }

    private static void run(LaunchedProcess process) {
        try (LaunchedCaller caller = new LaunchedCaller(process)) {
            List<String> arguments = process.arguments().orElseThrow();
            caller.exit(Main.run(caller, arguments.subList(1, arguments.size())));
        }
    }
}
