package dev.orcinus.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.ObjectInspector.Part;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.link.LinkObserver;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The text about objects is equal to the golden files. With {@code -Dorcinus.golden.write=true} the
 * test writes these files instead.
 */
final class ObjectInspectorTest {
    private static final Path FOLDER =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader");
    private static final ObjectInspector ALL = ObjectInspector.of(ObjectInspector.allParts());

    private static String tell(ObjectInspector inspector, String file) throws IOException {
        StringBuilder text = new StringBuilder();
        MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(FOLDER.resolve(file)));
        inspector.inspect(file, bytes, text);
        return text.toString();
    }

    private static void check(String golden, String text) throws IOException {
        Path file = FOLDER.resolve("golden").resolve(golden);
        if (Boolean.getBoolean("orcinus.golden.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertEquals(Files.readString(file), text, golden);
    }

    @Test
    void everythingOfAnObject() throws IOException {
        check("rich.txt", tell(ALL, "rich.o"));
    }

    @Test
    void aGraphWhoseSymbolsAreFar() throws IOException {
        ObjectInspector graph = ObjectInspector.of(EnumSet.of(Part.GRAPH));
        check("rich-far.txt", tell(graph.withFarSymbols(), "rich.o"));
    }

    @Test
    void everythingOfAMachObject() throws IOException {
        check("rich-macho.txt", tell(ALL, "rich-macho.o"));
    }

    @Test
    void anArchive() throws IOException {
        check("archive.txt", tell(ALL, "archives/llvm.a"));
    }

    @Test
    void theTextIsTheSameInEveryCountry() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            check("rich.txt", tell(ALL, "rich.o"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "calls.large", "threadlocals.local", "threadlocals.pair"})
    void objectsOfAnotherProcessor(String name) throws IOException {
        String told = tell(ALL, "../../../../../../../tests/fixtures/aarch64/" + name + ".o");
        assertTrue(told.contains("R_AARCH64_"), told);
        assertTrue(told.contains("\ngraph, fixed up:\n  .text\n"), told);
    }

    @Test
    void onlyWhatIsAskedForIsTold() throws IOException {
        String symbols = tell(ObjectInspector.of(Set.of(Part.SYMBOLS)), "rich.o");
        assertTrue(symbols.startsWith("rich.o: an ELF file\nsymbols: 20\n"), symbols);
        assertEquals(21, symbols.lines().count());
    }

    @Test
    void whatCannotBeReadIsRefused() throws IOException {
        MemorySegment text = MemorySegment.ofArray("int x;\n".getBytes(StandardCharsets.UTF_8));
        StringBuilder out = new StringBuilder();
        UnsupportedObjectException refusal =
                assertThrows(UnsupportedObjectException.class, () -> ALL.inspect("x.c", text, out));
        assertEquals(
                "x.c: this is no object file (7 bytes); ELF and Mach-O objects are linked",
                refusal.getMessage());
    }

    @Test
    void namesCannotReachTheTerminal() throws IOException {
        byte[] object = Files.readAllBytes(FOLDER.resolve("rich.o"));
        String text = new String(object, StandardCharsets.ISO_8859_1);
        object[text.indexOf("variable\0")] = 0x1b;
        StringBuilder out = new StringBuilder();
        ALL.inspect("a\nb", MemorySegment.ofArray(object), out);
        assertTrue(out.toString().startsWith("a\\u{a}b: an ELF file\n"), out.substring(0, 40));
        assertTrue(out.indexOf("\\u{1b}ariable, 0xc bytes") > 0, "the symbol is told");
        assertEquals(-1, out.indexOf("\u001b"));
    }

    private static String page(String name, byte[] content) throws IOException {
        StringBuilder page = new StringBuilder();
        ALL.writePage(Map.of(name, MemorySegment.ofArray(content)), page);
        return page.toString();
    }

    @Test
    void aPageHasAllStepsOfEachMember() throws IOException {
        String page = page("llvm.a", Files.readAllBytes(FOLDER.resolve("archives/llvm.a")));
        for (LinkObserver.Step step : LinkObserver.Step.values()) {
            String name = step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            assertTrue(page.contains("{\"name\":\"" + name + "\",\"sections\":[["), name);
        }
        int members = page.split("\"file\":\"llvm.a\\(", -1).length - 1;
        assertEquals(
                tell(ALL, "archives/llvm.a").lines().filter(l -> l.startsWith("  0x")).count(),
                members);
    }

    @Test
    void aPageSaysWhyAnObjectCannotBeRead() throws IOException {
        byte[] object = Files.readAllBytes(FOLDER.resolve("rich.o"));
        String page = page("short.o", Arrays.copyOf(object, 100));
        assertTrue(page.contains("\"failure\":\"short.o+0x7b8: section header"), page);
    }

    @Test
    void namesCannotEndThePagesData() throws IOException {
        byte[] object = Files.readAllBytes(FOLDER.resolve("rich.o"));
        String text = new String(object, StandardCharsets.ISO_8859_1);
        System.arraycopy(
                "</script".getBytes(StandardCharsets.US_ASCII),
                0,
                object,
                text.indexOf("variable\0"),
                8);
        String page = page("<!--.o", object);
        assertTrue(page.contains("\\u003c/script"), "the symbol is there");
        assertTrue(page.contains("\\u003c!--.o"), "the file is there");
        assertEquals(
                page("x.o", new byte[0]).split("</script", -1).length,
                page.split("</script", -1).length);
    }
}
