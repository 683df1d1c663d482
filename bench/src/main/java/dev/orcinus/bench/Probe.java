package dev.orcinus.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One run of {@code probe.c} against an executor. */
final class Probe {
    private final List<String> arguments;
    private boolean twoWrites;

    /** Creates a run of a mode with its numeric arguments. */
    Probe(Object... modeAndNumbers) {
        arguments = Tools.command(modeAndNumbers);
    }

    /** Makes the probe write as LLVM's controllers do, and returns this run. */
    Probe asLlvmWrites() {
        twoWrites = true;
        return this;
    }

    /** Called when the probe has reached a step; the executor waits meanwhile. */
    @FunctionalInterface
    interface Steps {
        void at(String step, long executorPid) throws IOException, InterruptedException;
    }

    /** Runs the probe and returns one of the numbers that it prints. */
    double measure(Subject subject, Subject.Line line, String figure)
            throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = subject.open(line)) {
            return run(endpoint).get(figure);
        }
    }

    /** Runs the probe and returns all numbers that it prints. */
    Map<String, Double> run(Subject.Endpoint endpoint) throws IOException, InterruptedException {
        return run(endpoint, null);
    }

    /** Runs the probe step by step and returns all numbers that it prints. */
    Map<String, Double> run(Subject.Endpoint endpoint, Steps steps)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command(endpoint, steps != null))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            while (line != null && line.indexOf('=') < 0) {
                steps.at(line, endpoint.pid(process));
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                line = output.readLine();
            }
            if (process.waitFor() != 0 || line == null) {
                throw new IOException("the probe has failed: " + command(endpoint, steps != null));
            }
            return parse(line);
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Subject.Endpoint endpoint, boolean inSteps) {
        List<String> command = new ArrayList<>();
        command.add(Tools.probe().toString());
        if (twoWrites) {
            command.add("-two-writes");
        }
        if (inSteps) {
            command.add("-steps");
        }
        command.add(endpoint.probeArgument());
        command.addAll(arguments);
        return command;
    }

    private static Map<String, Double> parse(String line) {
        Map<String, Double> figures = new HashMap<>();
        for (String pair : line.strip().split(" +", -1)) {
            int equals = pair.indexOf('=');
            figures.put(pair.substring(0, equals), Double.valueOf(pair.substring(equals + 1)));
        }
        return figures;
    }
}
