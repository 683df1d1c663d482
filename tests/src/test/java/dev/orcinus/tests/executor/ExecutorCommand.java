package dev.orcinus.tests.executor;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the command that starts the executor under test, from the modules on this JVM's path. If
 * they are the packaged application, it has the launcher's options (and its start-up cache), else
 * this JVM's module path.
 */
public final class ExecutorCommand {
    private static final String MODULE = "dev.orcinus.cli";
    private static final String MAIN = MODULE + "/dev.orcinus.cli.Main";

    private ExecutorCommand() {}

    /** Returns the command with these arguments. */
    public static List<String> of(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.add("-m");
        command.add(MAIN);
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> options() {
        Path packaged = moduleLocation().resolveSibling("java.options");
        if (Files.isReadable(packaged)) {
            return List.of("@" + packaged);
        }
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+DisplayVMOutputToStderr",
                "--enable-native-access=dev.orcinus.bindings",
                "-p",
                System.getProperty("jdk.module.path"));
    }

    private static Path moduleLocation() {
        URI location =
                ModuleLayer.boot()
                        .configuration()
                        .findModule(MODULE)
                        .flatMap(module -> module.reference().location())
                        .orElseThrow();
        return Path.of(location);
    }
}
