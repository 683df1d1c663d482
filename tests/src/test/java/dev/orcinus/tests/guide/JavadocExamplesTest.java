package dev.orcinus.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.jit.LibraryJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the Javadoc of each public type of the API shows its use by code that compiles. */
final class JavadocExamplesTest {
    private static final List<String> PACKAGES =
            List.of(
                    "loader/src/main/java/dev/orcinus/jit",
                    "loader/src/main/java/dev/orcinus/jit/bind",
                    "loader/src/main/java/dev/orcinus/loader",
                    "compile/src/main/java/dev/orcinus/compile");

    /** A Javadoc, annotations, and the begin of a public type that follow each other. */
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile(
                    "^/\\*\\*(?<text>(?:(?!\\*/).)*)\\*/\\s(?:@[^\\n]*\\s)*public [^\\n]*"
                            + "(?:class|interface|enum|record) (?<name>\\w+)",
                    Pattern.MULTILINE | Pattern.DOTALL);

    /** The begin of a public type, with or without a Javadoc before it. */
    private static final Pattern BEGIN = Pattern.compile("^public\\b", Pattern.MULTILINE);

    @Test
    void eachPublicTypeHasAnExample() throws Exception {
        List<String> without = new ArrayList<>();
        int seen = 0;
        for (String folder : PACKAGES) {
            for (Path source : sources(folder)) {
                String text = Files.readString(source);
                if (BEGIN.matcher(text).find()) {
                    seen++;
                    Matcher type = PUBLIC_TYPE.matcher(text);
                    if (!type.find() || !type.group("text").contains("<pre>{@code")) {
                        without.add(source.toString());
                    }
                }
            }
        }
        assertEquals(List.of(), without);
        assertTrue(seen > 50, "types: " + seen);
    }

    @Test
    void eachExampleCompiles(@TempDir Path folder) throws Exception {
        List<JavadocExample> examples = new ArrayList<>();
        for (String name : PACKAGES) {
            for (Path source : sources(name)) {
                examples.addAll(JavadocExample.in(source));
            }
        }
        List<String> problems = new ArrayList<>();
        for (JavadocExample example : examples) {
            problems.addAll(example.problems(folder, LibraryJar.path()));
        }
        assertEquals("", String.join("\n", problems));
        assertTrue(examples.size() > 60, "examples: " + examples.size());
    }

    @Test
    void anExampleThatDoesNotCompileIsNoticed(@TempDir Path folder) throws Exception {
        JavadocExample wrong = new JavadocExample("Jit.java", "jit.createDylib(1);");
        List<String> problems = wrong.problems(folder, LibraryJar.path());
        assertTrue(problems.getFirst().startsWith("Jit.java: "), problems::toString);
    }

    private static List<Path> sources(String folder) throws IOException {
        Path root = Path.of(System.getProperty("orcinus.root"));
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
