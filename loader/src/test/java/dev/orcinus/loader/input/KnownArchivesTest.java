package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.formats.ar.ArchiveIndex;
import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.loader.MalformedObjectException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests when an archive's index is read again, and what happens to an archive that changes. */
final class KnownArchivesTest {
    private static final Path OBJECT =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader/archives/tentative.o");
    private static final long LARGE_BYTES = 1L << 30;

    /** Files of this size are mapped. */
    private static final int MAPPED_BYTES = 300 << 10;

    private final InputFiles files = new InputFiles();
    private final Instant later = Instant.now().plusSeconds(60);
    private final KnownArchives known = new KnownArchives(LARGE_BYTES, () -> later);

    @TempDir private Path folder;

    @AfterEach
    void close() {
        files.close();
    }

    /** Writes an archive, whose index has a symbol for the first of two members. */
    private Path write(String name, String symbol) throws IOException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("first.o", Files.readAllBytes(OBJECT), List.of(symbol));
        archive.add("large", new byte[MAPPED_BYTES], List.of());
        return Files.write(folder.resolve(name), archive.write());
    }

    private ArchiveObjects open(Path file) throws IOException {
        return open(file, known);
    }

    private ArchiveObjects open(Path file, KnownArchives indexes) throws IOException {
        return new ArchiveObjects("test.a", files.open(file), files.beside(file), indexes);
    }

    @Test
    void anIndexIsReadOnce() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveIndex first = open(file).index();
        assertSame(first, open(file).index());
        Path link = Files.createSymbolicLink(folder.resolve("link.a"), file);
        assertSame(first, open(link).index(), "the name of a file does not matter");
        assertEquals(KnownFiles.FILE_BYTES + first.sizeBytes(), known.sizeBytes());
    }

    @Test
    void anOtherFileOfTheSameContentIsReadItself() throws IOException {
        ArchiveIndex first = open(write("a.a", "symbol")).index();
        assertNotSame(first, open(write("b.a", "symbol")).index());
    }

    @Test
    void anArchiveThatHasBeenOverwrittenIsReadAgain() throws IOException {
        ArchiveIndex first = open(write("a.a", "symbol")).index();
        ArchiveIndex second = open(write("a.a", "sYmbol")).index();
        assertNotSame(first, second);
        assertEquals(ArchiveIndex.NONE, second.first(IndexedName.of("symbol")));
    }

    @Test
    void anArchiveThatHasBeenReplacedIsReadAgain() throws IOException {
        Path file = write("a.a", "symbol");
        FileTime time = Files.getLastModifiedTime(file);
        ArchiveIndex first = open(file).index();
        Path other = write("b.a", "sYmbol");
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertNotSame(first, open(file).index());
    }

    @Test
    void anArchiveWhoseTimeHasBeenSetBackIsReadAgain() throws IOException {
        Path file = write("a.a", "symbol");
        FileTime time = Files.getLastModifiedTime(file);
        ArchiveIndex first = open(file).index();
        write("a.a", "sYmbol");
        Files.setLastModifiedTime(file, time);
        assertNotSame(first, open(file).index());
    }

    @Test
    void anIndexIsForgottenIfTheCheckDiffers() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveIndex index = open(file).index();
        FileState state = FileState.of(file).orElseThrow();
        known.keep(state, 5, index);
        assertSame(index, known.find(state, 5).orElseThrow());
        assertEquals(Optional.empty(), known.find(state, 6));
        assertEquals(Optional.empty(), known.find(state, 5));
        assertEquals(0, known.sizeBytes());
    }

    @Test
    void smallFilesAreNotKept() throws IOException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("first.o", Files.readAllBytes(OBJECT), List.of("symbol"));
        Path file = Files.write(folder.resolve("small.a"), archive.write());
        assertNotSame(open(file).index(), open(file).index());
        assertEquals(0, known.sizeBytes());
    }

    @Test
    void anArchiveThatIsOverwrittenInUseIsAnError() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveObjects archive = open(file);
        archive.index();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.allocate(1));
        }
        refused(archive);
    }

    @Test
    void anArchiveThatIsCutShortInUseIsAnError() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveObjects archive = open(file);
        archive.index();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        refused(archive);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 70, MAPPED_BYTES / 2})
    void anArchiveThatIsCutShortBeforeItsIndexIsReadIsAnError(long sizeBytes) throws IOException {
        ArchiveWriter written = new ArchiveWriter();
        List<String> symbols = new ArrayList<>(List.of("symbol"));
        for (int i = 0; i < MAPPED_BYTES / 10; i++) { // an index of many pages
            symbols.add("symbol" + i);
        }
        written.add("first.o", Files.readAllBytes(OBJECT), symbols);
        Path file = Files.write(folder.resolve("a.a"), written.write());
        ArchiveObjects archive = open(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(sizeBytes);
        }
        refused(archive);
    }

    @Test
    void anArchiveThatIsOverwrittenWithAnOldTimeInUseIsAnError() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveObjects archive = open(file);
        archive.index();
        FileTime time = Files.getLastModifiedTime(file);
        write("a.a", "sYmbol");
        setTime(file, time);
        refused(archive);
    }

    @Test
    void anArchiveThatIsOverwrittenWithAnOldTimeBeforeItsIndexIsReadIsReadAsItIs()
            throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveObjects archive = open(file);
        FileTime time = Files.getLastModifiedTime(file);
        write("a.a", "sYmbol");
        setTime(file, time);
        assertTrue(archive.take(IndexedName.of("sYmbol")).isPresent());
    }

    @Test
    void anArchiveWhoseModeHasBeenSetInUseStaysGood() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveObjects archive = open(file);
        archive.index();
        setTime(file, Files.getLastModifiedTime(file));
        assertTrue(archive.take(IndexedName.of("symbol")).isPresent());
    }

    /** Sets a time, and waits until the file's other time says that it has been set. */
    private static void setTime(Path file, FileTime time) throws IOException {
        FileState before = FileState.of(file).orElseThrow();
        FileState now = before;
        while (now.changed().equals(before.changed())) {
            Files.setLastModifiedTime(file, time);
            now = FileState.of(file).orElseThrow();
        }
    }

    private static void refused(ArchiveObjects archive) {
        IndexedName symbol = IndexedName.of("symbol");
        MalformedObjectException e =
                assertThrows(MalformedObjectException.class, () -> archive.take(symbol));
        assertTrue(e.getMessage().startsWith("test.a"), e.getMessage());
        assertTrue(e.getMessage().contains("has changed since it was opened"), e.getMessage());
    }

    @Test
    void anArchiveThatIsReplacedInUseStaysTheOld() throws IOException {
        Path file = write("a.a", "symbol");
        ArchiveObjects archive = open(file);
        Files.move(write("b.a", "sYmbol"), file, StandardCopyOption.REPLACE_EXISTING);
        assertEquals(
                "test.a(first.o)", archive.take(IndexedName.of("symbol")).orElseThrow().name());
        ArchiveObjects removed = open(file);
        Files.delete(file);
        assertTrue(removed.take(IndexedName.of("sYmbol")).isPresent());
    }
}
