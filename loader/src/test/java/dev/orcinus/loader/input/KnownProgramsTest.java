package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.image.ProgramImage;
import dev.orcinus.loader.image.RecordedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which programs are known again, and for how long. */
final class KnownProgramsTest {
    /** Three programs of one page fit, with their tables. */
    private static final long MOST_BYTES = 4 * RecordedImage.PAGE_BYTES - 1;

    private static final int MORE_THAN_ARE_NOTED = 200;

    @TempDir private Path folder;
    private final KnownPrograms known = new KnownPrograms(MOST_BYTES);

    private static Instant later() {
        return Instant.now().plusSeconds(60);
    }

    private static KnownPrograms.Key key(String request, Path... files) {
        return KnownPrograms.key(request, List.of(files), later()).orElseThrow();
    }

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), name);
    }

    /** Opens files as a program of them is linked. */
    private static InputFiles opened(Path... files) throws IOException {
        InputFiles input = new InputFiles(HeldPath::of);
        for (Path file : files) {
            input.open(file);
        }
        return input;
    }

    private ProgramImage keep(KnownPrograms.Key key, InputFiles... files) throws IOException {
        ProgramImage image = RecordedImage.ofPage();
        known.keep(key, image, List.of(files), later());
        return image;
    }

    @Test
    void aProgramIsRecordedTheSecondTime() throws IOException {
        KnownPrograms.Key key = key("a", file("a.o"));
        assertFalse(known.begin(key));
        assertTrue(known.begin(key));
        assertFalse(known.begin(key), "another thread records it");
        assertEquals(Optional.empty(), known.find(key));
        ProgramImage image = keep(key);
        assertSame(image, known.find(key).orElseThrow());
        assertEquals(image.diskBytes(), known.diskBytes());
        assertFalse(known.begin(key), "it has been kept meanwhile");
    }

    @Test
    void aRecordingThatWasGivenUpIsTriedAgain() throws IOException {
        KnownPrograms.Key key = key("a", file("a.o"));
        known.begin(key);
        assertTrue(known.begin(key));
        known.cancel(key);
        assertTrue(known.begin(key));
        keep(key);
        known.cancel(key);
        assertTrue(known.find(key).isPresent());
    }

    @Test
    void whatCannotBeKeptIsNotTriedAgainUntilAFileChanges() throws IOException {
        Path file = file("a.o");
        KnownPrograms.Key key = key("a", file);
        known.begin(key);
        ProgramImage image = keep(key);
        known.refuse(key);
        assertFalse(image.isOpen());
        assertEquals(0, known.diskBytes());
        assertEquals(Optional.empty(), known.find(key));
        assertFalse(known.begin(key));
        known.cancel(key);
        assertFalse(known.begin(key));
        Files.writeString(file, "longer than before");
        assertFalse(known.begin(key("a", file)));
        assertTrue(known.begin(key("a", file)));
    }

    @Test
    void thoseThatWereLinkedOnceDisplaceNoneThatIsKept() throws IOException {
        Path file = file("a.o");
        keep(key("kept", file));
        for (int i = 0; i < MORE_THAN_ARE_NOTED; i++) {
            known.begin(key("once " + i, file));
        }
        assertTrue(known.find(key("kept", file)).isPresent());
        assertFalse(known.begin(key("once 0", file)), "so many are not noted");
        assertTrue(known.begin(key("once " + (MORE_THAN_ARE_NOTED - 1), file)));
    }

    @Test
    void anotherFileOrRequestIsAnotherProgram() throws IOException {
        Path file = file("a.o");
        Path other = file("b.o");
        KnownPrograms.Key key = key("a", file);
        keep(key);
        assertTrue(known.find(key("b", file)).isEmpty());
        assertTrue(known.find(key("a", other)).isEmpty());
        assertTrue(known.find(key("a", file, other)).isEmpty());
        Files.writeString(file, "longer than before");
        assertTrue(known.find(key("a", file)).isEmpty());
    }

    @Test
    void aProgramIsForgottenIfAFurtherFileChanges() throws IOException {
        Path file = file("a.a");
        Path member = file("member.o");
        KnownPrograms.Key key = key("a", file);
        ProgramImage image = keep(key, opened(file, member));
        assertTrue(known.find(key).isPresent());
        Files.writeString(member, "longer than before");
        assertEquals(Optional.empty(), known.find(key));
        assertFalse(image.isOpen());
        assertFalse(known.begin(key), "it begins as a new one");
        assertTrue(known.begin(key));
    }

    @Test
    void aProgramOfAnotherFileThanItIsKnownByIsNotTakenForIt() throws IOException {
        Path file = file("a.o");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        KnownPrograms.Key key = key("a", link);
        Files.delete(link);
        Files.createSymbolicLink(link, file("b.o"));
        keep(key, opened(link));
        Files.delete(link);
        Files.createSymbolicLink(link, file);
        assertEquals(Optional.empty(), known.find(key));
    }

    @Test
    void aProgramIsNotKeptIfAChangeOfAFileMightNotBeSeen() throws IOException {
        Path file = file("a.o");
        KnownPrograms.Key key = key("a", file);
        known.begin(key);
        known.begin(key);
        ProgramImage justChanged = RecordedImage.ofPage();
        known.keep(key, justChanged, List.of(opened(file)), Instant.now());
        assertFalse(justChanged.isOpen());
        assertEquals(Optional.empty(), known.find(key));
        assertTrue(known.begin(key), "it can be kept later");
        InputFiles byPath = new InputFiles();
        byPath.open(file);
        keep(key, byPath);
        assertEquals(Optional.empty(), known.find(key));
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
        keep(key("1", file));
        keep(key("2", file));
        keep(key("3", file));
        assertTrue(known.find(key("1", file)).isPresent());
        keep(key("4", file));
        assertTrue(known.find(key("1", file)).isPresent());
        assertTrue(known.find(key("2", file)).isEmpty());
        assertTrue(known.find(key("4", file)).isPresent());
        known.forget(key("1", file));
        assertTrue(known.find(key("1", file)).isEmpty());
    }

    @Test
    void aProgramThatIsUsedStaysOpenWhenItIsForgotten() throws IOException {
        KnownPrograms.Key key = key("a", file("a.o"));
        ProgramImage image = keep(key);
        ProgramImage.Use use = image.use().orElseThrow();
        known.forget(key);
        assertTrue(image.isOpen());
        assertEquals(Optional.empty(), image.use());
        use.close();
        assertFalse(image.isOpen());
    }
}
