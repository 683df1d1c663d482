package dev.orcinus.tests.programs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that each program of {@code tests/programs} has the same output and status, whether {@code
 * orcinus run} or the system's linker has linked it.
 */
@Tag("programs")
final class ProgramsTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path CASES =
            Path.of(System.getProperty("orcinus.root"), "tests", "programs");

    /** Returns the names of the programs' folders. */
    static List<String> programs() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void inThisProcess(String name) throws IOException, InterruptedException {
        assertSame(name, List.of());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void inAProcessOfItsOwn(String name) throws IOException, InterruptedException {
        assertSame(name, List.of("--isolated"));
    }

    private static void assertSame(String name, List<String> options)
            throws IOException, InterruptedException {
        Path built = built().resolve(name);
        assumeTrue(
                Files.isExecutable(built.resolve("native")),
                name + " is not there; tests/programs/build.sh fetches and builds it");
        List<String> objects = objects(built.resolve("objects"));
        List<String> arguments = Files.readAllLines(CASES.resolve(name).resolve("arguments"));
        Finished expected = run(name, built, nativeCommand(built, objects.getFirst(), arguments));
        Finished ours = run(name, built, ourCommand(options, objects, arguments));
        assertFalse(expected.output().isEmpty(), expected::toString);
        List<String> varying = optionalLines(CASES.resolve(name).resolve("varies"));
        assertAll(
                () ->
                        assertEquals(
                                masked(expected.output(), varying), masked(ours.output(), varying)),
                () ->
                        assertEquals(
                                masked(expected.errors(), varying), masked(ours.errors(), varying)),
                () -> assertEquals(expected.status(), ours.status(), ours::toString));
    }

    /** Returns the folder of {@code tests/programs/build.sh}. */
    static Path built() {
        String folder = System.getenv("ORCINUS_PROGRAMS");
        return folder != null
                ? Path.of(folder)
                : Path.of(System.getProperty("user.home"), ".cache", "orcinus", "programs");
    }

    private static List<String> objects(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /**
     * Returns the command of the natively linked program, with the same {@code argv[0]} as ours.
     */
    private static List<String> nativeCommand(Path built, String name, List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "exec -a \"$0\" \"$@\"", name));
        command.add(built.resolve("native").toString());
        command.addAll(arguments);
        return command;
    }

    private static List<String> ourCommand(
            List<String> options, List<String> objects, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(options);
        command.addAll(objects);
        command.add("-lm");
        command.add("--");
        command.addAll(arguments);
        return ExecutorCommand.of(command.toArray(String[]::new));
    }

    private static Finished run(String name, Path built, List<String> command)
            throws InterruptedException {
        Path input = CASES.resolve(name).resolve("input");
        Path source = built.resolve("source");
        try (Program program =
                Files.exists(input)
                        ? Program.start(source, command, input.toFile())
                        : Program.start(source, command)) {
            return program.finish(LIMIT);
        }
    }

    private static List<String> optionalLines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static String masked(String text, List<String> varying) {
        String masked = text;
        for (String expression : varying) {
            masked = masked.replaceAll(expression, "...");
        }
        return masked;
    }
}
