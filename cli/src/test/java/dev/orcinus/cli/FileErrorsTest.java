package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that each error of a file names the file and says what is wrong with it. */
final class FileErrorsTest {
    @TempDir private Path directory;

    private interface Work {
        void run() throws IOException;
    }

    private static String message(Work work) {
        return FileErrors.message(assertThrows(IOException.class, work::run));
    }

    @Test
    void javasErrorsAreToldWithTheirReason() throws IOException {
        Path missing = directory.resolve("missing");
        assertEquals(
                missing + ": no such file or folder", message(() -> Files.readString(missing)));
        Path file = Files.createFile(directory.resolve("file"));
        assertEquals(file + ": the file exists already", message(() -> Files.createFile(file)));
        assertEquals(
                directory + ": the folder is not empty", message(() -> Files.delete(directory)));
        assertEquals(
                file + ": permission denied",
                FileErrors.message(new AccessDeniedException(file.toString())));
        assertEquals("text", FileErrors.message(new IOException("text")));
    }

    @Test
    void onlyFilesAreTakenForFiles() throws IOException {
        Path missing = directory.resolve("missing");
        assertEquals(missing + ": no such file", message(() -> FileErrors.requireFile(missing)));
        assertEquals(directory + ": is a folder", message(() -> FileErrors.requireFile(directory)));
        Path device = Path.of("/dev/null");
        assertEquals(
                device + ": is no regular file", message(() -> FileErrors.requireFile(device)));
        FileErrors.requireFile(Files.createFile(directory.resolve("file")));
    }

    /** A script of the linker may come from a pipe. */
    @Test
    void whatIsReadOnceMayBeAPipe() throws IOException {
        FileErrors.requireReadable(Path.of("/dev/null"));
        assertEquals(
                directory + ": is a folder", message(() -> FileErrors.requireReadable(directory)));
    }

    @Test
    void aScriptThatIsMissingIsNamed() {
        Path missing = directory.resolve("missing.ld");
        UsageException error =
                assertThrows(
                        UsageException.class,
                        () ->
                                ProgramScript.of(
                                        "-T", new ArrayDeque<>(List.of(missing.toString()))));
        assertEquals("run: -T " + missing + ": no such file", error.getMessage());
    }
}
