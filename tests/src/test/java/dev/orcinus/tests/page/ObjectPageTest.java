package dev.orcinus.tests.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.ObjectInspector;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Opens pages about objects in Chromium, and reads what its scripts have made of them. */
@Timeout(240)
final class ObjectPageTest {
    private static final Path OBJECTS =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader");
    private static final Duration LIMIT = Duration.ofSeconds(100);

    @TempDir Path folder;

    private static String browser() {
        Optional<Path> found =
                Stream.of(System.getenv("PATH").split(":", -1))
                        .map(each -> Path.of(each, "chromium"))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeTrue(found.isPresent(), "Chromium is not here; Debian's package chromium has it");
        return found.get().toString();
    }

    /** Returns the page's elements after a script of the test has run in it. */
    private String open(List<String> objects, String script)
            throws IOException, InterruptedException {
        Map<String, MemorySegment> files = new LinkedHashMap<>();
        for (String name : objects) {
            files.put(name, MemorySegment.ofArray(Files.readAllBytes(OBJECTS.resolve(name))));
        }
        StringBuilder page = new StringBuilder();
        ObjectInspector.of(ObjectInspector.allParts()).writePage(files, page);
        Path file = Files.writeString(folder.resolve("page.html"), page + actions(script));
        List<String> command =
                List.of(
                        browser(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--window-size=1200,900",
                        "--dump-dom",
                        file.toUri().toString());
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish(LIMIT);
            assertEquals(0, end.status(), end::errors);
            return end.output().replaceAll("(?s)<script.*?</script>", "");
        }
    }

    private static String actions(String script) {
        return "<script>"
                + "const press = name => [...document.querySelectorAll('#steps button')]"
                + ".find(b => b.textContent === name).onclick();"
                + "const search = (id, text) => { at(id).value = text; at(id).oninput(); };"
                + script
                + "</script>";
    }

    private static String part(String page, String id) {
        int start = page.indexOf("id=\"" + id + "\"");
        assertTrue(start >= 0, id);
        int end = page.indexOf("<h2", start);
        return page.substring(start, end < 0 ? page.length() : end);
    }

    private static long rows(String part) {
        return Pattern.compile("<tr>").matcher(part).results().count() - 1;
    }

    @Test
    void theObjectAsItWasRead() throws Exception {
        String page = open(List.of("rich.o"), "");
        assertTrue(page.contains("an ELF file, 17 sections, 17 blocks, 8 symbols, 27 relocations"));
        assertEquals(17, rows(part(page, "sections")));
        assertEquals(13, rows(part(page, "symbols")), "8 of its own, and 5 from outside");
        assertEquals(27, rows(part(page, "edges")));
        assertTrue(part(page, "map").contains("title=\".bss#0, 100 bytes\""));
        assertTrue(part(page, "blockname").contains("Block .text#0"));
        assertEquals(12, rows(part(page, "refers")));
        assertEquals(4, rows(part(page, "referred")));
        assertTrue(part(page, "tables").contains("R_X86_64_REX_GOTPCRELX(42) variable - 0x4"));
    }

    @Test
    void theLastStep() throws Exception {
        String page = open(List.of("rich.o"), "press('fixed up')");
        assertTrue(part(page, "blockfacts").contains("aligned to 0x4, at 0x1"));
        assertTrue(page.contains("<h2>Linked bytes</h2><pre>0000  "), "the linked bytes");
        assertTrue(part(page, "edges").contains("<td class=\"mono\">DELTA32</td>"));
    }

    @Test
    void aStepSaysWhatItHasChanged() throws Exception {
        String change = part(open(List.of("rich.o"), "press('lowered')"), "change");
        assertTrue(Pattern.compile("[1-9][0-9]* changed").matcher(change).find(), change);
    }

    @Test
    void searches() throws Exception {
        String page =
                open(
                        List.of("rich.o"),
                        "search('edgesearch', 'pointer64'); search('symbolsearch', 'hidden');"
                                + "search('tablesearch', 'eh_frame')");
        assertEquals(7, rows(part(page, "edges")));
        assertEquals(2, rows(part(page, "symbols")));
        assertEquals(3, part(page, "tables").split("</pre>", -1)[0].lines().count());
    }

    @Test
    void anArchivesMembers() throws Exception {
        String page =
                open(
                        List.of("rich.o", "archives/llvm.a"),
                        "at('objects').value = 2; at('objects').onchange()");
        assertTrue(page.contains("<h1 id=\"file\">archives/llvm.a("), page);
        assertTrue(rows(part(page, "sections")) > 0);
    }

    @Test
    void whatCannotBeReadIsShownWithItsReason() throws Exception {
        Path text = OBJECTS.resolve("golden/rich.txt");
        String page = open(List.of(OBJECTS.relativize(text).toString()), "");
        assertTrue(page.contains("golden/rich.txt: this is no object file"), page);
    }
}
