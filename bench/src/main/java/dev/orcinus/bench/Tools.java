package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds and runs programs of this repository and of this machine. */
final class Tools {
    private static final long LONGEST_RUN_SECONDS = 120;

    private Tools() {}

    static Path root() {
        return Path.of(System.getProperty("bench.root"));
    }

    static Path probe() {
        return root().resolve("bench/target/probe");
    }

    /** Returns the folder of {@code tests/llvm/install.sh}. */
    static Path llvmRoots() {
        String asked = System.getenv("ORCINUS_LLVM_ROOTS");
        if (asked != null) {
            return Path.of(asked);
        }
        Path ofRoot = Path.of("/opt/llvm-roots");
        return Files.isDirectory(ofRoot) ? ofRoot : cache("llvm-roots");
    }

    /** Returns the folder of {@code tests/programs/build.sh}. */
    static Path programs() {
        String asked = System.getenv("ORCINUS_PROGRAMS");
        return asked != null ? Path.of(asked) : cache("programs");
    }

    private static Path cache(String name) {
        return Path.of(System.getProperty("user.home"), ".cache", "orcinus", name);
    }

    /** Runs a command and returns how long it took, in milliseconds. */
    static double time(int wantedStatus, List<String> command) throws IOException {
        return time(wantedStatus, command, Path.of("/dev/null"));
    }

    /** Runs a command that reads a file, and returns how long it took, in milliseconds. */
    static double time(int wantedStatus, List<String> command, Path input) throws IOException {
        Path output = Files.createTempFile("orcinus-bench", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(input.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            long began = System.nanoTime();
            Process process = builder.start();
            requireEnd(process, LONGEST_RUN_SECONDS);
            double millis = (System.nanoTime() - began) / 1e6;
            if (process.exitValue() != wantedStatus) {
                throw new IOException(
                        command
                                + ": status "
                                + process.exitValue()
                                + "\n"
                                + Files.readString(output));
            }
            return millis;
        } finally {
            Files.delete(output);
        }
    }

    /** Waits for the end of a process; kills it after the limit. */
    static void requireEnd(Process process, long limitSeconds) throws IOException {
        try {
            if (process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IOException("does not end: " + process.info().commandLine().orElse("a process"));
    }

    static List<String> command(Object... words) {
        List<String> command = new ArrayList<>();
        for (Object word : words) {
            command.add(word.toString());
        }
        return command;
    }
}
