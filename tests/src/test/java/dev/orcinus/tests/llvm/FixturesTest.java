package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the committed objects belong to the committed sources, by the manifest that {@code
 * build.sh} writes.
 */
final class FixturesTest {
    private static final String MANIFEST = "SHA256SUMS";
    private static final Set<String> NO_FIXTURES = Set.of("build.sh", MANIFEST);

    /** The folders whose manifests name files in folders; other tests check these. */
    private static final Set<String> OF_FOLDERS = Set.of("ld", "programs");

    static List<String> foldersWithManifest() throws IOException {
        try (Stream<Path> files = Files.walk(Fixtures.FOLDER)) {
            return files.filter(file -> file.endsWith(MANIFEST))
                    .map(file -> Fixtures.FOLDER.relativize(file.getParent()).toString())
                    .filter(name -> !OF_FOLDERS.contains(name))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("foldersWithManifest")
    void theManifestIsRightAndComplete(String name) throws IOException, NoSuchAlgorithmException {
        Path folder = Fixtures.FOLDER.resolve(name);
        TreeMap<String, String> sums = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve(MANIFEST))) {
            String[] parts = line.split("  ", 2);
            sums.put(parts[1], parts[0]);
        }
        assertEquals(files(folder), new TreeSet<>(sums.keySet()), "files");
        for (String file : sums.keySet()) {
            assertEquals(
                    sums.get(file),
                    sha256(folder.resolve(file)),
                    () -> file + " has changed; run build.sh");
        }
    }

    private static SortedSet<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !NO_FIXTURES.contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    }

    @Test
    void everyObjectHasItsSource() throws IOException {
        SortedSet<String> files = files(Fixtures.FOLDER);
        for (String name : files) {
            String base = name.substring(0, name.lastIndexOf('.'));
            if (name.endsWith(".o") || name.endsWith(".bin")) {
                assertTrue(files.contains(base + ".c") || files.contains(base + ".cpp"), name);
            }
        }
    }
}
