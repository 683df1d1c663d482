package dev.orcinus.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the Javadoc of each public type of the API for Java programs shows its use. */
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

    private static List<Path> sources(String folder) throws IOException {
        Path root = Path.of(System.getProperty("orcinus.root"));
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
