package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures guest processes: calls into them, and whether checkpoints leave anything behind. */
final class GuestProcesses {
    private final int checkpoints;
    private final int takeOvers;

    GuestProcesses(int checkpoints, int takeOvers) {
        this.checkpoints = checkpoints;
        this.takeOvers = takeOvers;
    }

    void run() throws IOException {
        System.out.println("Medians of an empty call, one after the other and after 1 ms:\n");
        System.out.println("Both sides on cores of their own if there are any:\n\n" + run("calls"));
        System.out.println("Both sides on one core:\n\n" + runOn("taskset -c 0", "calls"));
        System.out.println(run("growth", "" + checkpoints, "" + takeOvers));
    }

    private static String run(String... arguments) throws IOException {
        return runOn("env", arguments);
    }

    private static String runOn(String prefix, String... arguments) throws IOException {
        Path app = Tools.root().resolve("cli/target/app");
        List<String> command = new ArrayList<>(List.of(prefix.split(" ", -1)));
        command.add(Files.readAllLines(app.resolve("launch")).get(1));
        command.addAll(List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        command.add("--enable-native-access=dev.orcinus.bindings");
        command.addAll(List.of("-p", app.toString(), "--add-modules", "dev.orcinus.loader"));
        command.add(Tools.root().resolve("bench/guest/Guests.java").toString());
        command.addAll(List.of(arguments));
        return LoaderRun.output(command);
    }
}
