package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests when a file is read again, and what is forgotten. */
final class KnownFilesTest {
    private final Instant later = Instant.now().plusSeconds(60);

    @TempDir private Path folder;
    private int reads;

    /** Room for a text, which takes as many bytes as it has characters. */
    private static KnownFiles<String> room(long bytes, Instant now) {
        return room(1, bytes, now);
    }

    /** Room for some texts, which take as many bytes as they have characters. */
    private static KnownFiles<String> room(int files, long bytes, Instant now) {
        return new KnownFiles<>(files * KnownFiles.FILE_BYTES + bytes, String::length, () -> now);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Optional<String> read(Path file) {
        reads++;
        try {
            return Optional.of(Files.readString(file)).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static FileState state(Path file) {
        return FileState.of(file).orElseThrow();
    }

    @Test
    void aFileIsReadOnceUntilItChanges() throws IOException {
        KnownFiles<String> known = room(10, later);
        Path file = write("a", "one");
        assertEquals("one", known.get(file, this::read).orElseThrow());
        assertEquals("one", known.get(file, this::read).orElseThrow());
        assertEquals(1, reads);
        write("a", "three");
        assertEquals("three", known.get(file, this::read).orElseThrow());
        assertEquals(2, reads);
    }

    @Test
    void whatIsNotThereIsLookedForAgain() throws IOException {
        KnownFiles<String> known = room(10, later);
        assertEquals(Optional.empty(), known.get(folder.resolve("none"), this::read));
        Path file = write("a", "");
        assertEquals(Optional.empty(), known.get(file, this::read));
        assertEquals(Optional.empty(), known.get(file, this::read));
        assertEquals(3, reads);
        assertEquals(0, known.sizeBytes());
    }

    @Test
    void aFileThatChangesWhileItIsReadIsNotKept() throws IOException {
        KnownFiles<String> known = room(10, later);
        Path file = write("a", "one");
        known.get(
                file,
                path -> {
                    Optional<String> text = read(path);
                    try {
                        write("a", "three");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    return text;
                });
        assertEquals(0, known.sizeBytes());
    }

    @Test
    void aFileThatHasChangedJustNowIsNotKept() throws IOException {
        Path file = write("a", "one");
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        KnownFiles<String> young = room(10, changed.plusMillis(1_900));
        young.get(file, this::read);
        assertEquals(0, young.sizeBytes());
        KnownFiles<String> old = room(10, changed.plusMillis(2_100));
        old.get(file, this::read);
        assertEquals(KnownFiles.FILE_BYTES + 3, old.sizeBytes());
    }

    @Test
    void whatHasNotBeenUsedForTheLongestTimeGoes() throws IOException {
        KnownFiles<String> known = room(2, 6, later);
        Path a = write("a", "one");
        Path b = write("b", "two");
        Path c = write("c", "six");
        known.get(a, this::read);
        known.get(b, this::read);
        known.get(a, this::read);
        known.get(c, this::read);
        assertEquals(2 * KnownFiles.FILE_BYTES + 6, known.sizeBytes());
        assertNotNull(known.peek(state(a)));
        assertNull(known.peek(state(b)));
        assertNotNull(known.peek(state(c)));
    }

    @Test
    void filesOfWhichLittleIsKnownTakeMemoryToo() throws IOException {
        KnownFiles<Integer> known =
                new KnownFiles<>(5 * KnownFiles.FILE_BYTES, _ -> 0, () -> later);
        Path first = write("0", "");
        known.get(first, _ -> Optional.of(0));
        for (int i = 1; i <= 5; i++) {
            known.get(write("" + i, ""), _ -> Optional.of(0));
        }
        assertNull(known.peek(state(first)));
        assertEquals(5 * KnownFiles.FILE_BYTES, known.sizeBytes());
    }

    @Test
    void whatIsTooLargeIsNotKeptAndTakesNobodysPlace() throws IOException {
        KnownFiles<String> known = room(4, later);
        known.get(write("a", "one"), this::read);
        assertEquals("three", known.get(write("b", "three"), this::read).orElseThrow());
        assertEquals(KnownFiles.FILE_BYTES + 3, known.sizeBytes());
    }

    @Test
    void whatWentWhenMemoryWasShortIsReadAgain() throws IOException {
        KnownFiles<String> known = room(10, later);
        Path file = write("a", "one");
        known.get(file, this::read);
        known.peek(state(file)).clear();
        assertEquals("one", known.get(file, this::read).orElseThrow());
        assertEquals("one", known.get(file, this::read).orElseThrow());
        assertEquals(2, reads);
        assertEquals(KnownFiles.FILE_BYTES + 3, known.sizeBytes());
    }
}
