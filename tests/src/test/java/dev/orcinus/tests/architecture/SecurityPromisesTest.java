package dev.orcinus.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that each promise in the table of {@code SECURITY.md} names tests that exist. */
final class SecurityPromisesTest {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));
    private static final String HEAD = "| promise | test |";
    private static final Pattern HAS_TESTS = Pattern.compile("@(Parameterized|Repeated)?Test\\b");
    private static final Pattern TEST = Pattern.compile("`([\\w.]*Test)`");

    /** Returns the rows below the head of the table. */
    private static List<String> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("SECURITY.md")).stream()
                .dropWhile(line -> !line.equals(HEAD))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    /** Returns the qualified names of all classes with tests. */
    private static Set<String> tests() throws IOException {
        Set<String> found = new TreeSet<>();
        Files.walkFileTree(
                ROOT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        String name = folder.getFileName().toString();
                        return name.equals("target") || name.equals(".git")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (file.toString().endsWith("Test.java")
                                && HAS_TESTS.matcher(Files.readString(file)).find()) {
                            found.add(file.toString().replace('/', '.').replace(".java", ""));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }

    @Test
    void eachPromiseNamesTestsThatExist() throws IOException {
        List<String> rows = rows();
        assertTrue(rows.size() > 20, rows.size() + " promises");
        Set<String> tests = tests();
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            String cell = row.split("\\|", -1)[2];
            List<String> named =
                    TEST.matcher(cell)
                            .results()
                            .map((MatchResult match) -> match.group(1))
                            .toList();
            if (named.isEmpty() && !cell.contains("`fuzz/`")) {
                missing.add("a test in: " + row);
            }
            named.stream()
                    .filter(name -> tests.stream().noneMatch(test -> test.endsWith("." + name)))
                    .forEach(missing::add);
        }
        assertEquals(List.of(), missing);
    }
}
