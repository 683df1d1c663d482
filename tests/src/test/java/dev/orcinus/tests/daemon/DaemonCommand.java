package dev.orcinus.tests.daemon;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the commands that start {@code serve} and {@code status}: with the launcher's options if
 * the modules of this JVM are the packaged application, else on this JVM's own paths. Surefire
 * leaves JNR-POSIX, which only the daemon needs, on the class path.
 */
final class DaemonCommand {
    private static final String MODULE = "dev.orcinus.cli";
    private static final String MAIN = MODULE + "/dev.orcinus.cli.Main";

    private DaemonCommand() {}

    /** Returns the command; the daemon's folder and settings will be made in a folder. */
    static List<String> of(Path runtimeFolder, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add("env");
        command.add("XDG_RUNTIME_DIR=" + runtimeFolder);
        command.add("XDG_CONFIG_HOME=" + runtimeFolder.resolve("config"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.add("-m");
        command.add(MAIN);
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> options() {
        Path packaged = cliModule().resolveSibling("daemon.options");
        if (Files.isReadable(packaged)) {
            return List.of("@" + packaged);
        }
        return List.of(
                "-XX:+UseSerialGC",
                "--enable-native-access=dev.orcinus.bindings,org.jnrproject.jffi",
                "--sun-misc-unsafe-memory-access=allow",
                "-p",
                modulePath(),
                "--add-modules",
                "ALL-MODULE-PATH");
    }

    private static Path cliModule() {
        return Path.of(
                ModuleLayer.boot()
                        .configuration()
                        .findModule(MODULE)
                        .flatMap(module -> module.reference().location())
                        .orElseThrow());
    }

    private static String modulePath() {
        String modules = System.getProperty("jdk.module.path");
        String classes = System.getProperty("java.class.path");
        return Stream.of((modules + File.pathSeparator + classes).split(File.pathSeparator))
                .filter(DaemonCommand::isOursOrNeeded)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOursOrNeeded(String entry) {
        return entry.endsWith("/classes")
                || entry.contains("/dev/orcinus/")
                || entry.contains("/com/github/jnr/")
                || entry.contains("/org/ow2/asm/");
    }
}
