package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.TerminalDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Compiles a program, and compares its natively linked executable with {@code orcinus run}. */
final class ProgramComparison {
    private static final int LIMIT_SECONDS = 100;

    private final Path folder;
    private final Path terminals;
    private final Map<String, String> environment;

    /**
     * Comparisons.
     *
     * @param folder an empty folder
     * @param terminals a folder with the program that plays the terminal
     * @param environment what both programs have in their environment besides this process's
     */
    ProgramComparison(Path folder, Path terminals, Map<String, String> environment) {
        this.folder = folder;
        this.terminals = terminals;
        this.environment = environment;
    }

    /** What a shell has written to standard output, and its status. */
    private record Result(String output, int status) {}

    /** Compiles the program that plays the terminal; skips the test without a compiler. */
    static void compileDriver(Path terminals) throws Exception {
        assumeTrue(compiles("cc", "--version"), "no C compiler: install gcc and g++");
        TerminalDriver.compile(terminals);
    }

    /**
     * Requires that a program has the same output and status.
     *
     * @param launcher the command before {@code run}
     */
    void requireSame(NativeProgram program, Path launcher) throws Exception {
        String compiler = program.language().equals("c") ? "cc" : "c++";
        Path source = folder.resolve("program." + program.language());
        Files.writeString(source, program.source());
        String object = folder.resolve("program.o").toString();
        String binary = folder.resolve("program").toString();
        assumeTrue(
                compiles(compiler, program.options(), "-c", source.toString(), "-o", object),
                compiler + " does not compile it; gcc and g++ do");
        assumeTrue(compiles(compiler, program.options(), object, "-o", binary), "it is not linked");
        Result expected = run("native", program.command(), binary);
        String ours = launcher + " run --name " + binary + " " + object + " --";
        assertEquals(expected, run("ours", program.command(), ours));
    }

    private static boolean compiles(String compiler, String... arguments) throws Exception {
        return compiles(compiler, List.of(), arguments);
    }

    private static boolean compiles(String compiler, List<String> options, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(compiler, "-w"));
        command.addAll(List.of(arguments));
        command.addAll(options);
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    /** Runs a command in an empty folder, with {@code P} in its environment. */
    private Result run(String name, String command, String program) throws Exception {
        Path place = Files.createDirectory(folder.resolve(name));
        Files.createSymbolicLink(place.resolve("terminal"), terminals.resolve("terminal"));
        Path output = folder.resolve(name + ".output");
        ProcessBuilder shell =
                new ProcessBuilder("sh", "-c", command)
                        .directory(place.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(folder.resolve(name + ".errors").toFile());
        shell.environment().putAll(environment);
        shell.environment().put("P", program);
        Process process = shell.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output);
        assertFalse(!ended, () -> command + " has not ended after:\n" + text);
        return new Result(text, process.exitValue());
    }
}
