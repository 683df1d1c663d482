package dev.orcinus.cli;

import dev.orcinus.daemon.background.LaunchHandler;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostLaunchers;
import java.util.List;

/**
 * Serves launchers in the daemon. What the daemon would not do as a JVM of their own does it, it
 * leaves to that.
 */
final class LaunchSession implements LaunchHandler {
    private static final String OURS = "ORCINUS_";

    /** The setting by which a JVM gives a guest room for thread-locals. */
    private static final String TUNABLES = "GLIBC_TUNABLES";

    private final LauncherBuild build;

    /** Serves launchers of a build. */
    LaunchSession(LauncherBuild build) {
        this.build = build;
    }

    @Override
    public void serve(HostChannel connection) {
        try (LaunchedProcess process = HostLaunchers.current().receive(connection, build)) {
            if (isServed(process)) {
                process.enterFolder();
                process.serve(() -> run(process));
            }
        } catch (HostCallException e) {
            // the launcher goes its own way, or has gone
        }
    }

    private static boolean isServed(LaunchedProcess process) {
        return process.variables().stream().noneMatch(LaunchSession::changesWork)
                && process.arguments().filter(LaunchSession::isCommand).isPresent()
                && process.isAlike();
    }

    private static boolean changesWork(String variable) {
        boolean isOurs = variable.startsWith(OURS) && !variable.equals(LaunchPlace.VARIABLE);
        return isOurs || variable.equals(TUNABLES);
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
