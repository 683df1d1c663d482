package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The link tests in the folders of {@code src/test/resources/link}. Each folder is named after a
 * behaviour. Its checks stand beside its assembly.
 */
final class LinkSuiteTest {
    private static final Path SUITE =
            Path.of(System.getProperty("orcinus.root"), "loader/src/test/resources/link");

    static List<LinkTestScript> scripts() throws IOException {
        try (Stream<Path> folders = Files.list(SUITE)) {
            return folders.filter(Files::isDirectory).sorted().map(LinkSuiteTest::read).toList();
        }
    }

    private static LinkTestScript read(Path folder) {
        try {
            return LinkTestScript.read(folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void behaves(LinkTestScript script) throws IOException {
        new LinkTestRun(script).run();
    }

    /** {@code build.sh} writes the manifest. */
    @Test
    void theObjectsAreThoseOfTheSources() throws IOException, NoSuchAlgorithmException {
        TreeMap<String, String> sums = new TreeMap<>();
        for (String line : Files.readAllLines(SUITE.resolve("SHA256SUMS"))) {
            String[] parts = line.split("  ", 2);
            sums.put(parts[1], parts[0]);
        }
        assertEquals(files(), new TreeSet<>(sums.keySet()));
        for (String name : sums.keySet()) {
            assertEquals(
                    sums.get(name),
                    sha256(SUITE.resolve(name)),
                    () -> name + " has changed; run build.sh");
        }
    }

    private static Set<String> files() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SUITE, 2)) {
            files.filter(file -> file.getNameCount() == SUITE.getNameCount() + 2)
                    .map(file -> SUITE.relativize(file).toString())
                    .forEach(names::add);
        }
        return names;
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    }
}
