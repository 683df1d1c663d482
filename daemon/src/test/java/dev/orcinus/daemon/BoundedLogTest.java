package dev.orcinus.daemon;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the file of a log stays small. */
final class BoundedLogTest {
    private static final int MOST_BYTES = 100;

    @TempDir private Path directory;

    @Test
    void aFullFileBeginsAnewAndHasTheLastLine() throws IOException {
        Path file = Files.createFile(directory.resolve("log"));
        BoundedLog log =
                new BoundedLog(
                        file, MOST_BYTES, line -> Files.writeString(file, line + "\n", APPEND));
        for (int i = 0; i < 1000; i++) {
            log.write("line " + i);
            assertTrue(Files.size(file) < 2 * MOST_BYTES);
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals("line 999", lines.getLast());
        assertEquals("older lines have been removed", lines.getFirst());
    }

    @Test
    void theFileBeginsAnewOnceItHasItsSize() throws IOException {
        Path file = directory.resolve("log");
        BoundedLog log =
                new BoundedLog(
                        file,
                        4,
                        line -> Files.writeString(file, line, StandardOpenOption.CREATE, APPEND));
        log.write("abc");
        assertEquals("abc", Files.readString(file), "there was no file");
        log.write("d");
        assertEquals("abcd", Files.readString(file));
        log.write("e");
        assertEquals("older lines have been removede", Files.readString(file));
    }
}
