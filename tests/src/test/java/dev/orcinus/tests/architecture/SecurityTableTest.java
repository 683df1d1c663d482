package dev.orcinus.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that SECURITY.md names tests that exist. */
final class SecurityTableTest {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));
    private static final Pattern TEST = Pattern.compile("`(?:\\w+\\.)*(\\w+Test)`");

    @Test
    void eachTestOfTheTableExists() throws IOException {
        Set<String> tests = testClasses();
        List<String> named =
                TEST.matcher(Files.readString(ROOT.resolve("SECURITY.md")))
                        .results()
                        .map((MatchResult match) -> match.group(1))
                        .toList();
        assertTrue(named.size() > 20, named.size() + " tests are named");
        assertEquals(List.of(), named.stream().filter(test -> !tests.contains(test)).toList());
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 12)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
