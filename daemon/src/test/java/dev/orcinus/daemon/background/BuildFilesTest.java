package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests when a process notices that another build has taken its place. */
final class BuildFilesTest {
    @TempDir private Path app;
    private BuildFiles files;

    @BeforeEach
    void build() throws IOException {
        for (String file : new String[] {"a.jar", "b.jar", "launch", "log"}) {
            Files.writeString(app.resolve(file), file);
        }
        files = BuildFiles.in(app);
    }

    @Test
    void theSameFilesAreCurrent() throws IOException {
        Files.writeString(app.resolve("log"), "other text");
        Files.writeString(app.resolve("c.jar"), "new");
        assertTrue(files.areCurrent());
    }

    @Test
    void aFileThatIsGoneIsNot() throws IOException {
        Files.delete(app.resolve("b.jar"));
        assertFalse(files.areCurrent());
    }

    @Test
    void aFileOfAnotherSizeIsNot() throws IOException {
        FileTime before = Files.getLastModifiedTime(app.resolve("a.jar"));
        Files.writeString(app.resolve("a.jar"), "longer than before");
        Files.setLastModifiedTime(app.resolve("a.jar"), before);
        assertFalse(files.areCurrent());
    }

    @Test
    void aFileThatWasWrittenAgainIsNot() throws IOException {
        Files.setLastModifiedTime(app.resolve("launch"), FileTime.fromMillis(1));
        assertFalse(files.areCurrent());
    }

    @Test
    void aFileThatWasReplacedIsNot() throws IOException {
        Path jar = app.resolve("a.jar");
        FileTime before = Files.getLastModifiedTime(jar);
        Path other = Files.writeString(app.resolve("other"), "a.jar");
        Files.setLastModifiedTime(other, before);
        Files.delete(jar);
        Files.move(other, jar);
        assertFalse(files.areCurrent());
    }
}
