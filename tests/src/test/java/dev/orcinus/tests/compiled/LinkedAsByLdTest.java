package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a program does the same as when ld links it: {@code tests/fixtures/ld} has a folder
 * for each thing that a linker decides, with the output of the natively linked program.
 */
final class LinkedAsByLdTest {
    private static final Path ALL = Fixtures.FOLDER.resolve("ld");

    static List<Path> folders() throws IOException {
        Fixtures.get("ld");
        try (Stream<Path> entries = Files.list(ALL)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void inOneProcess(Path folder) throws IOException, InterruptedException {
        assertRuns(folder, "run", "--in-jvm");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void inAProcessOfItsOwn(Path folder) throws IOException, InterruptedException {
        assertRuns(folder, "run", "--isolated");
    }

    private static void assertRuns(Path folder, String... run)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(ExecutorCommand.of(run));
        command.addAll(List.of(Files.readString(folder.resolve("link")).strip().split(" ")));
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(
                    Files.readString(folder.resolve("expected")),
                    end.output() + "status " + end.status() + "\n",
                    end::toString);
            assertEquals("", end.errors());
        }
    }

    /** Checks the manifest that {@code build.sh} writes. */
    @Test
    void theObjectsAreThoseOfTheSources() throws IOException, NoSuchAlgorithmException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ALL, 2)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = ALL.relativize(file).toString();
                if (!name.equals("build.sh") && !name.equals("SHA256SUMS")) {
                    found.add(sha256(file) + "  " + name);
                }
            }
        }
        List<String> manifest = Files.readAllLines(ALL.resolve("SHA256SUMS"));
        assertEquals(new TreeSet<>(manifest), new TreeSet<>(found), "run build.sh");
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    }
}
