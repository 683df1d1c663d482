package dev.orcinus.tests.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program at the end of {@code tests/native/programs.txt}, which runs a command as a job of a
 * shell in a terminal, presses keys and types lines.
 */
public final class TerminalDriver {
    private static final Path FILE =
            Path.of(System.getProperty("orcinus.root"), "tests", "native", "programs.txt");
    private static final String START = "\n=== terminal | driver\n";
    private static final int LIMIT_SECONDS = 120;

    private TerminalDriver() {}

    /**
     * Compiles the program, and returns its path in {@code folder}. The test is skipped if this
     * machine cannot compile it.
     */
    public static Path compile(Path folder) throws IOException, InterruptedException {
        String programs = Files.readString(FILE);
        Path source = folder.resolve("terminal.c");
        int start = programs.lastIndexOf(START) + START.length();
        Files.writeString(source, programs.substring(start));
        Path program = folder.resolve("terminal");
        assumeTrue(
                compiles(
                        List.of("cc", "-w", source.toString(), "-o", program.toString(), "-lutil")),
                "no C compiler, or a C library without pseudo-terminals: install gcc");
        return program;
    }

    private static boolean compiles(List<String> command) throws InterruptedException {
        try {
            Process compiler =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return compiler.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && compiler.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
