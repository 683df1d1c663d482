package dev.orcinus.tests.programs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a program in each of many languages, and one of each of many static libraries, has the
 * same output and status, whether {@code orcinus run} links what its compiler has given to the
 * linker, or the linker does. Those whose compiler or library is not installed are skipped with a
 * sentence that says how to get it. The property {@code orcinus.programs}, a regular expression,
 * selects some of them by their paths.
 */
@Tag("programs")
final class SweepTest {
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int STATUS_MISSING = 77;
    private static final int HEAD_LINES = 8;
    private static final Path CASES =
            Path.of(System.getProperty("orcinus.root"), "tests", "programs");

    /** Returns the programs that are wanted, relative to {@link #CASES}. */
    static List<Path> programs() throws IOException {
        Predicate<String> wanted =
                Pattern.compile(System.getProperty("orcinus.programs", "")).asPredicate();
        try (Stream<Path> languages = Files.list(CASES.resolve("languages"));
                Stream<Path> libraries = Files.list(CASES.resolve("libraries"))) {
            return Stream.concat(languages, libraries)
                    .map(CASES::relativize)
                    .filter(source -> wanted.test(source.toString()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void isAsNative(Path source) throws IOException, InterruptedException {
        Path built = build(source);
        String name = built.getFileName().toString();
        Finished ours = run(built, ExecutorCommand.of("run", "--name", name, "@link"));
        String refused = said(source, "refused");
        if (!refused.isEmpty()) {
            assertEquals(1, ours.status(), ours::toString);
            assertTrue(Pattern.compile(refused).matcher(ours.errors()).find(), ours::toString);
            return;
        }
        Finished expected =
                run(built, List.of("bash", "-c", "exec -a \"$0\" \"$@\"", name, "./native"));
        String varying = said(source, "varies");
        assertAll(
                () ->
                        assertEquals(
                                masked(expected.output(), varying), masked(ours.output(), varying)),
                () ->
                        assertEquals(
                                masked(expected.errors(), varying), masked(ours.errors(), varying)),
                () -> assertEquals(expected.status(), ours.status(), ours::toString));
    }

    /** Builds a program natively, and returns its folder. */
    private static Path build(Path source) throws InterruptedException {
        try (Program script = Program.start(CASES, List.of("sh", "sweep.sh", source.toString()))) {
            Finished build = script.finish(BUILD_LIMIT);
            assumeTrue(build.status() != STATUS_MISSING, build.errors());
            assertEquals(0, build.status(), build::toString);
            return Path.of(build.output().strip());
        }
    }

    /** Runs a command without the setting by which Rust shows addresses. */
    private static Finished run(Path folder, List<String> command) throws InterruptedException {
        List<String> tidied = new ArrayList<>(List.of("env", "-u", "RUST_BACKTRACE"));
        tidied.addAll(command);
        try (Program program = Program.start(folder, tidied)) {
            return program.finish(LIMIT);
        }
    }

    /** Returns what the first lines of a program say behind a word; an empty text if nothing. */
    private static String said(Path source, String word) throws IOException {
        Pattern line = Pattern.compile("^\\W*" + word + ": (.*)$");
        try (Stream<String> lines = Files.lines(CASES.resolve(source))) {
            return lines.limit(HEAD_LINES)
                    .map(line::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse("");
        }
    }

    private static String masked(String text, String varying) {
        return varying.isEmpty() ? text : text.replaceAll(varying, "...");
    }
}
