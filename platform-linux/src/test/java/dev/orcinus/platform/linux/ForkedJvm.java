package dev.orcinus.platform.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A separate JVM for code that may crash. It runs {@link Guest} in {@code directory}, with its
 * output in files there.
 */
final class ForkedJvm implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final Path directory;

    private ForkedJvm(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Starts {@link Guest} with {@code arguments}. */
    static ForkedJvm start(Path directory, List<String> jvmOptions, String... arguments)
            throws IOException {
        return startBy(List.of(), Map.of(), directory, jvmOptions, arguments);
    }

    /**
     * Starts {@link Guest} by a command that executes its own arguments.
     *
     * @param variables additions to the environment
     */
    static ForkedJvm startBy(
            List<String> prefix,
            Map<String, String> variables,
            Path directory,
            List<String> jvmOptions,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(jvmOptions);
        command.addAll(List.of("-p", modulePath()));
        command.add("--patch-module=dev.orcinus.platform.linux=" + testClasses());
        command.add("--enable-native-access=dev.orcinus.bindings");
        command.add("--add-modules=dev.orcinus.platform.linux");
        command.addAll(
                List.of("-m", "dev.orcinus.platform.linux/dev.orcinus.platform.linux.Guest"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectOutput(directory.resolve("stdout").toFile())
                        .redirectError(directory.resolve("stderr").toFile());
        builder.environment().putAll(variables);
        return new ForkedJvm(builder.start(), directory);
    }

    /** Returns the module of this test run and those that it needs. */
    private static String modulePath() {
        String path = System.getProperty("jdk.module.path");
        if (path == null) {
            throw new IllegalStateException("the tests run on the module path only");
        }
        return path;
    }

    private static Path testClasses() {
        try {
            return Path.of(ForkedJvm.class.getResource("ForkedJvm.class").toURI())
                    .resolve("../../../../..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for the end and returns the exit status. */
    int await() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the JVM has not ended in " + LIMIT_SECONDS + " s");
        }
        return process.exitValue();
    }

    /** Waits until standard output has a line that starts with {@code start}, and returns it. */
    String awaitLine(String start) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        boolean alive = true;
        while (alive && System.nanoTime() < deadline) {
            alive = process.isAlive();
            for (String line : stdout().split("\n", -1)) {
                if (line.startsWith(start)) {
                    return line;
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no line starts with " + start + ":\n" + stdout() + stderr());
    }

    long pid() {
        return process.pid();
    }

    /** Writes a line to its standard input. */
    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    String stdout() throws IOException {
        return Files.readString(directory.resolve("stdout"));
    }

    String stderr() throws IOException {
        return Files.readString(directory.resolve("stderr"));
    }

    /** Returns HotSpot's error report; empty if there is none. */
    String crashReport() throws IOException {
        Path report = directory.resolve("hs_err_pid" + process.pid() + ".log");
        return Files.exists(report) ? Files.readString(report) : "";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Returns whether a tool can be started. */
    static boolean hasTool(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(new File("/dev/null"))
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a tool and returns what it prints. */
    static String run(Path directory, String... command) throws IOException, InterruptedException {
        Process tool =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
        tool.waitFor();
        return output;
    }
}
