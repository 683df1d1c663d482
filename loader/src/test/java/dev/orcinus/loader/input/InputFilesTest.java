package dev.orcinus.loader.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.host.HeldFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which file is read, and by which state it is known. */
final class InputFilesTest {
    @TempDir private Path folder;
    private Path first;
    private Path second;
    private Path link;

    @BeforeEach
    void writeFiles() throws IOException {
        first = Files.writeString(folder.resolve("first"), "1");
        second = Files.writeString(folder.resolve("second"), "22");
        link = Files.createSymbolicLink(folder.resolve("link"), first);
    }

    private static String text(MemorySegment content) {
        return new String(content.toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    /** Holds a file, and lets its path lead to another one then. */
    private Optional<HeldFile> holdAndRetarget(Path file) {
        Optional<HeldFile> held = HeldPath.of(file);
        try {
            Files.delete(link);
            Files.createSymbolicLink(link, second);
            return held;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theStateIsThatOfTheFileThatIsRead() throws IOException {
        InputFiles files = new InputFiles(this::holdAndRetarget);
        assertEquals("1", text(files.open(link)));
        assertEquals(List.of(new InputFiles.Opened(link, FileState.of(first))), files.opened());
    }

    @Test
    void aFileThatIsNotHeldHasNoState() throws IOException {
        InputFiles files = new InputFiles();
        assertEquals("1", text(files.open(link)));
        assertEquals(List.of(new InputFiles.Opened(link, Optional.empty())), files.opened());
    }

    @Test
    void whatIsNotReadableWhereItIsHeldIsReadByItsPath() throws IOException {
        InputFiles files = new InputFiles(_ -> Optional.of(new HeldPath(folder.resolve("none"))));
        assertEquals("1", text(files.open(link)));
        assertEquals(List.of(new InputFiles.Opened(link, Optional.empty())), files.opened());
    }

    @Test
    void messagesNameThePath() {
        InputFiles files = new InputFiles(HeldPath::of);
        Path missing = folder.resolve("missing");
        assertEquals(
                missing.toString(),
                assertThrows(NoSuchFileException.class, () -> files.open(missing)).getMessage());
        String refused = assertThrows(IOException.class, () -> files.open(folder)).getMessage();
        assertTrue(refused.startsWith(folder.toString()), refused);
    }
}
