package dev.orcinus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of the loader in a JVM of its own, on the module path of the application. Its heap has a
 * fixed size and is touched at the start, so that it adds nothing to the growth of resident memory.
 */
final class LoaderRun {
    private static final long LIMIT_SECONDS = 1_200;

    private LoaderRun() {}

    /** Returns the numbers that Measure.java prints for some arguments. */
    static Map<String, Double> measure(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Files.readAllLines(app().resolve("launch")).get(1));
        command.addAll(
                List.of(
                        "-Xms512m",
                        "-Xmx512m",
                        "-XX:+AlwaysPreTouch",
                        "--enable-native-access=dev.orcinus.bindings,ALL-UNNAMED",
                        "-p"));
        command.add(app().toString());
        command.addAll(List.of("--add-modules", "dev.orcinus.loader"));
        for (String name : List.of("graph", "input", "link", "targets.rehearsal", "targets")) {
            String opened = "dev.orcinus.loader/dev.orcinus.loader." + name + "=ALL-UNNAMED";
            command.addAll(List.of("--add-exports", opened));
        }
        command.add(Tools.root().resolve("bench/loader/Measure.java").toString());
        command.addAll(List.of(arguments));
        Map<String, Double> figures = new HashMap<>();
        for (String line : output(command).lines().toList()) {
            String[] parts = line.split(" ", 2);
            if (parts[0].contains("_")) {
                figures.put(parts[0], Double.valueOf(parts[1]));
            }
        }
        return figures;
    }

    /** Runs a command, requires status 0, and returns its output. */
    static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        Tools.requireEnd(process, LIMIT_SECONDS);
        if (process.exitValue() != 0) {
            throw new IOException(command + ": status " + process.exitValue() + "\n" + output);
        }
        return output;
    }

    private static Path app() {
        return Tools.root().resolve("cli/target/app");
    }
}
