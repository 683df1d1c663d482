package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The lines {@code # jitlink-check:} of the loader's link tests hold for LLVM's linker, too. So
 * both linkers write the same values for each kind of relocation.
 */
@Timeout(240)
final class JitLinkOracleTest {
    private static final Path SUITE =
            Path.of(System.getProperty("orcinus.root"), "loader/src/test/resources/link");
    private static final String CHECK = "# jitlink-check: ";
    private static final String DEFINITION = "# define: ";
    private static final String GLOBAL = ".globl ";

    @TempDir private Path folder;

    static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SUITE)) {
            return files.filter(f -> f.toString().endsWith(".s"))
                    .filter(f -> lines(f).stream().anyMatch(line -> line.startsWith(CHECK)))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a symbol that llvm-jitlink can take for the program's entry. */
    private static String firstGlobal(Path source) {
        for (String line : lines(source)) {
            if (line.strip().startsWith(GLOBAL)) {
                return line.strip().substring(GLOBAL.length()).split(",", 2)[0];
            }
        }
        throw new IllegalArgumentException(source + " has no global symbol");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void llvmLinksTheSameValues(Path source) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(new Llvm(20).tool("llvm-jitlink"));
        command.addAll(List.of("-noexec", "-entry=" + firstGlobal(source), "-check=" + source));
        for (String line : lines(source)) {
            if (line.startsWith(DEFINITION)) {
                String[] parts = line.substring(DEFINITION.length()).split(" = ", 2);
                command.addAll(List.of("-abs", "_" + parts[0] + "=" + parts[1]));
            }
        }
        command.add(source.toString().replaceFirst("\\.s$", ".o"));
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals("", end.errors(), end::toString);
            assertEquals(0, end.status(), end::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void aWrongValueIsFound(Path source) throws IOException, InterruptedException {
        Path wrong = folder.resolve("wrong.s");
        String symbol = firstGlobal(source);
        Files.write(wrong, List.of(CHECK + symbol + " = " + symbol + " + 1"));
        try (Program program =
                Program.start(
                        folder,
                        List.of(
                                new Llvm(20).tool("llvm-jitlink"),
                                "-noexec",
                                "-phony-externals",
                                "-entry=" + symbol,
                                "-check=" + wrong,
                                source.toString().replaceFirst("\\.s$", ".o")))) {
            Finished end = program.finish();
            assertTrue(end.errors().contains("Some checks in"), end::toString);
        }
    }
}
