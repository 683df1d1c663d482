package dev.orcinus.tests.executor;

import java.io.IOException;
import java.io.UncheckedIOException;
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
        command.addAll(java());
        command.add("-m");
        command.add(MAIN);
        command.addAll(List.of(arguments));
        return command;
    }

    /** Returns the JVM and its options: the image's, if it was made from this JVM's JDK. */
    private static List<String> java() {
        Path app = moduleLocation().getParent();
        String own = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path image = app.resolve("image/bin/java");
        if (Files.isExecutable(image) && own.equals(javaOf(app))) {
            return List.of(image.toString(), "@" + app.resolve("java.options"));
        }
        List<String> command = new ArrayList<>(List.of(own));
        command.addAll(options(app));
        return command;
    }

    private static String javaOf(Path app) {
        try {
            return Files.readAllLines(app.resolve("launch")).get(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> options(Path app) {
        Path options =
                app.resolve(Files.exists(app.resolve("image")) ? "plain.options" : "java.options");
        if (Files.isReadable(options)) {
            return List.of("@" + options);
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
