package dev.orcinus.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/**
 * Compiles and runs what the guide and the README show. {@code docs/README.md} has the rules; a
 * reader who copies a block gets what the page says.
 */
final class GuideTest {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));

    /** Blocks in these languages are files of other tools, which tests/consumers uses. */
    private static final Set<String> OF_OTHERS = Set.of("xml", "kotlin", "ini");

    @TempDir private Path folder;

    private static List<GuidePage> pages() throws IOException {
        List<GuidePage> pages = new ArrayList<>();
        pages.add(GuidePage.read(ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
                pages.add(GuidePage.read(file));
            }
        }
        return pages;
    }

    @TestFactory
    Stream<DynamicContainer> blocks() throws IOException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the pages show what Linux on x86-64 prints");
        List<DynamicContainer> all = new ArrayList<>();
        for (GuidePage page : pages()) {
            Path place = Files.createDirectory(folder.resolve("page-" + all.size()));
            GuideRunner runner = GuideRunner.in(place);
            all.add(
                    DynamicContainer.dynamicContainer(
                            page.path().getParent().getFileName() + "/" + page.name(),
                            page.blocks().stream().map(block -> test(page, block, runner))));
        }
        return all.stream();
    }

    private static DynamicTest test(GuidePage page, GuideBlock block, GuideRunner runner) {
        String place = page.name() + ":" + block.line();
        return DynamicTest.dynamicTest(place + " " + block.language(), () -> runner.run(block));
    }

    @Test
    void everyBlockIsRunOrSaysWhyNot() throws IOException {
        for (GuidePage page : pages()) {
            for (GuideBlock block : page.blocks()) {
                assertTrue(
                        block.isToBeTried()
                                || block.notRunReason().isPresent()
                                || OF_OTHERS.contains(block.language()),
                        page.name() + ":" + block.line() + " is in '" + block.language() + "'");
            }
        }
    }

    @Test
    void linksLeadToFiles() throws IOException {
        for (GuidePage page : pages()) {
            page.links().forEach(file -> assertTrue(Files.exists(file), page.name() + ": " + file));
        }
    }

    private GuidePage page(String text) throws IOException {
        return GuidePage.read(Files.writeString(folder.resolve("page.md"), text));
    }

    @Test
    void aWrongOutputFails() throws Exception {
        String program =
                """
                ```java
                IO.println(42);
                ```

                ```text
                %s
                ```
                """;
        GuideRunner runner = GuideRunner.in(Files.createDirectory(folder.resolve("wrong")));
        runner.run(page(program.formatted("42")).blocks().getFirst());
        runner.run(page(program.formatted("4...")).blocks().getFirst());
        GuideBlock wrong = page(program.formatted("43")).blocks().getFirst();
        assertThrows(AssertionFailedError.class, () -> runner.run(wrong));
    }

    @Test
    void aWrongStatusFails() throws Exception {
        GuideRunner runner = GuideRunner.in(Files.createDirectory(folder.resolve("status")));
        String commands = "```console\n$ echo %s; exit %d\none\n$ exit %d\n```\n";
        runner.run(page(commands.formatted("one", 0, 0)).blocks().getFirst());
        String with3 = "<!-- status: 3 -->\n" + commands;
        runner.run(page(with3.formatted("one", 0, 3)).blocks().getFirst());
        List<String> wrong =
                List.of(
                        commands.formatted("one", 1, 0),
                        commands.formatted("one", 0, 3),
                        with3.formatted("one", 3, 3),
                        with3.formatted("one", 0, 0),
                        commands.formatted("two", 0, 0));
        for (String text : wrong) {
            GuideBlock block = page(text).blocks().getFirst();
            assertThrows(AssertionFailedError.class, () -> runner.run(block), text);
        }
    }

    /** A text that nothing prints is a block of its own, which has to say why it is not run. */
    @Test
    void aTextBelongsToTheProgramBeforeItOnly() throws IOException {
        String text = "```text\n1\n```\n";
        for (String before : List.of("", "```c\nint i;\n```\n", "```console\n$ echo 1\n```\n")) {
            assertEquals("text", page(before + text).blocks().getLast().language(), before);
        }
        String program = "```java\nIO.println(1);\n```\n";
        assertEquals(1, page(program + text).blocks().size());
        assertEquals(2, page(program + text + text).blocks().size());
        assertEquals(2, page(program + "It prints:\n" + text).blocks().size());
        assertFalse(page(text).blocks().getFirst().isToBeTried());
    }

    @Test
    void commentsBelongToTheNextBlock() throws IOException {
        GuidePage page =
                page(
                        """
                        <!-- before: int n = 1; -->
                        Save this as `First.java`:

                        ```java
                        IO.println(n);
                        ```

                        <!-- not run: it is long -->
                        ```console
                        $ true
                        ```
                        """);
        GuideBlock first = page.blocks().getFirst();
        assertEquals("First.java", first.file().orElseThrow());
        assertEquals("int n = 1;", first.before());
        assertTrue(first.isToBeTried());
        assertFalse(page.blocks().getLast().isToBeTried());
        assertThrows(AssertionFailedError.class, () -> page("text\n\n    indented\n"));
        assertThrows(AssertionFailedError.class, () -> page("```java\nno end\n"));
    }

    @Test
    void dotsStandForAnything() {
        assertTrue(
                GuideRunner.pattern("a ... c\n...\nend\n").matcher("a b c\nx\ny\nend\n").matches());
        assertFalse(GuideRunner.pattern("a ... c\n").matcher("a b\nc\n").matches());
        assertFalse(GuideRunner.pattern("a.c\n").matcher("abc\n").matches());
    }
}
