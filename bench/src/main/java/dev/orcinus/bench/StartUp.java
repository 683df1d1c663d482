package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the parts of a start of our process over pipes, by medians of programs of which each
 * does more than the one before.
 */
final class StartUp {
    private static final String MAIN = "dev.orcinus.cli/dev.orcinus.cli.Main";

    private final Ours ours;
    private final Llvm llvm;
    private final int rounds;
    private final Path app = Tools.root().resolve("cli/target/app");

    StartUp(Ours ours, Llvm llvm, int rounds) {
        this.ours = ours;
        this.llvm = llvm;
        this.rounds = 2 * rounds + 1;
    }

    /** Returns the result of one measurement. */
    @FunctionalInterface
    private interface Stage {
        double millis() throws IOException, InterruptedException;
    }

    void run() throws IOException, InterruptedException {
        WholeRuns.requireRuntime(llvm);
        Path direct = writeDirect();
        try {
            print(measure(stages(direct)));
        } finally {
            Files.delete(direct);
        }
    }

    private Map<String, Stage> stages(Path direct) throws IOException {
        Map<String, Stage> stages = new LinkedHashMap<>();
        stages.put("sh -c :", () -> Tools.time(0, List.of("/bin/sh", "-c", ":")));
        stages.put("java -version, C1 and serial GC", () -> Tools.time(0, bareJvm()));
        stages.put("java ... help: main, no session", () -> Tools.time(0, jvm("-m", MAIN, "help")));
        stages.put("java ...: to its Setup message", () -> setup(direct.toString(), "setup_ms"));
        stages.put("launcher: to its Setup message", () -> setup(ours.program(), "setup_ms"));
        stages.put(
                "launcher: an empty session, to the exit", () -> setup(ours.program(), "whole_ms"));
        stages.put("llvm-jitlink with our launcher", () -> WholeRuns.start(llvm, ours.program()));
        stages.put("llvm-jitlink with java ...", () -> WholeRuns.start(llvm, direct.toString()));
        stages.put(
                "LLVM's executor: to its Setup message", () -> setup(llvm.program(), "setup_ms"));
        stages.put(
                "llvm-jitlink with LLVM's executor", () -> WholeRuns.start(llvm, llvm.program()));
        return stages;
    }

    private List<String> bareJvm() throws IOException {
        return List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-version");
    }

    private List<String> jvm(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "@" + app.resolve("java.options")));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Writes a script with the launcher's last command only, and returns its path. */
    private Path writeDirect() throws IOException {
        Path script =
                Files.createTempFile(
                        "orcinus-bench",
                        ".sh",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        String options = app.resolve("java.options").toString();
        return Files.writeString(
                script,
                "#!/bin/sh\nexec '" + java() + "' '@" + options + "' -m " + MAIN + " \"$@\"\n");
    }

    private String java() throws IOException {
        return Files.readAllLines(app.resolve("launch")).get(1);
    }

    private static double setup(String program, String figure)
            throws IOException, InterruptedException {
        return new Probe("setup").run(Subject.Endpoint.startedByProbe(program)).get(figure);
    }

    private Map<String, List<Double>> measure(Map<String, Stage> stages)
            throws IOException, InterruptedException {
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (Map.Entry<String, Stage> stage : stages.entrySet()) {
                figures.computeIfAbsent(stage.getKey(), _ -> new ArrayList<>())
                        .add(stage.getValue().millis());
            }
        }
        return figures;
    }

    private static void print(Map<String, List<Double>> figures) {
        System.out.println("| from the start of | ms |");
        System.out.println("|---|---|");
        figures.forEach(
                (what, all) ->
                        System.out.println("| " + what + " | " + Row.text(Row.median(all)) + " |"));
    }
}
