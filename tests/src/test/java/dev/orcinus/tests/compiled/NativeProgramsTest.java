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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a program of {@code orcinus run} starts, lives and ends as one that is linked
 * natively: output and status are the same.
 */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NativeProgramsTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("orcinus.root"), "orcinus");
    private static final int LIMIT_SECONDS = 60;

    @TempDir private static Path terminals;

    @TempDir private Path folder;

    /** What a shell has written to standard output, and its status. */
    private record Result(String output, int status) {}

    static List<NativeProgram> programs() {
        return NativeProgram.all();
    }

    @BeforeAll
    static void compileDriver() throws Exception {
        assumeTrue(compiles("cc", "--version"), "no C compiler: install gcc and g++");
        TerminalDriver.compile(terminals);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void runsAsNatively(NativeProgram program) throws Exception {
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
        String ours = LAUNCHER + " run --name " + binary + " " + object + " --";
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
        shell.environment().put("P", program);
        Process process = shell.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output);
        assertFalse(!ended, () -> command + " has not ended after:\n" + text);
        return new Result(text, process.exitValue());
    }
}
