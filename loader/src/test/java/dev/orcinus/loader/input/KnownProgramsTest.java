package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.image.ProgramImage;
import dev.orcinus.loader.image.ProgramTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which programs are known again, and for how long. */
final class KnownProgramsTest {
    private static final long PAGE_BYTES = 4096;

    @TempDir private Path folder;
    private final KnownPrograms known = new KnownPrograms(3 * PAGE_BYTES);

    private static Instant later() {
        return Instant.now().plusSeconds(60);
    }

    private static KnownPrograms.Key key(String request, Path... files) {
        return KnownPrograms.key(request, List.of(files), later()).orElseThrow();
    }

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), name);
    }

    private static ProgramImage image() throws IOException {
        ProgramImage.Memory page = new ProgramImage.Memory(PAGE_BYTES, PAGE_BYTES);
        ProgramImage image =
                ProgramImage.create(
                        new ElfFormat(), "x86_64", Map.of(Section.Use.CODE, page), PAGE_BYTES);
        image.complete(
                new ProgramTables(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(new ProgramTables.Extent(Section.Use.CODE, 0, PAGE_BYTES)),
                        List.of(),
                        List.of()),
                List.of());
        return image;
    }

    @Test
    void aProgramIsKeptTheSecondTimeAndTriedOnce() throws IOException {
        Path file = file("a.o");
        assertFalse(known.isSecond(key("a", file)));
        assertTrue(known.isSecond(key("a", file)));
        assertFalse(known.isSecond(key("a", file)), "it could not be kept");
        assertEquals(Optional.empty(), known.find(key("a", file)));
        ProgramImage image = image();
        known.keep(key("a", file), image);
        assertSame(image, known.find(key("a", file)).orElseThrow());
        assertEquals(image.diskBytes(), known.diskBytes());
    }

    @Test
    void anotherFileOrRequestIsAnotherProgram() throws IOException {
        Path file = file("a.o");
        Path other = file("b.o");
        KnownPrograms.Key key = key("a", file);
        known.keep(key, image());
        assertTrue(known.find(key("b", file)).isEmpty());
        assertTrue(known.find(key("a", other)).isEmpty());
        assertTrue(known.find(key("a", file, other)).isEmpty());
        Files.writeString(file, "longer than before");
        assertTrue(known.find(key("a", file)).isEmpty());
    }

    @Test
    void onlyTheFilesThatItIsKnownByAreCovered() throws IOException {
        Path file = file("a.o");
        Path other = file("b.o");
        KnownPrograms.Key key = key("a", file);
        InputFiles input = new InputFiles();
        input.open(file);
        assertTrue(key.covers(input));
        input.open(other);
        assertFalse(key.covers(input));
        InputFiles changed = new InputFiles();
        Files.writeString(file, "longer than before");
        changed.open(file);
        assertFalse(key.covers(changed));
    }

    @Test
    void aFileThatHasJustChangedIsNotKnown() throws IOException {
        Path file = file("a.o");
        assertEquals(Optional.empty(), KnownPrograms.key("a", List.of(file), Instant.now()));
        assertEquals(
                Optional.empty(),
                KnownPrograms.key("a", List.of(folder.resolve("missing")), later()));
    }

    @Test
    void thoseThatHaveNotBeenUsedForTheLongestTimeGoFirst() throws IOException {
        Path file = file("a.o");
        known.keep(key("1", file), image());
        known.keep(key("2", file), image());
        assertTrue(known.find(key("1", file)).isPresent());
        known.keep(key("3", file), image());
        assertTrue(known.find(key("1", file)).isPresent());
        assertTrue(known.find(key("2", file)).isEmpty());
        assertTrue(known.find(key("3", file)).isPresent());
        known.forget(key("1", file));
        assertTrue(known.find(key("1", file)).isEmpty());
    }

    @Test
    void aProgramThatIsUsedStaysOpenWhenItIsForgotten() throws IOException {
        ProgramImage image = image();
        KnownPrograms.Key key = key("a", file("a.o"));
        known.keep(key, image);
        ProgramImage.Use use = image.use().orElseThrow();
        known.forget(key);
        assertTrue(image.isOpen());
        assertEquals(Optional.empty(), image.use());
        use.close();
        assertFalse(image.isOpen());
    }
}
