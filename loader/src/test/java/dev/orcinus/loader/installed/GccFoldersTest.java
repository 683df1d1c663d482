package dev.orcinus.loader.installed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the search for GCC's own libraries. */
final class GccFoldersTest {
    @TempDir private Path root;

    @Test
    void theNewestVersionIsTheFirst() throws Exception {
        Path other = Files.createDirectory(root.resolve("other"));
        for (String folder :
                List.of(
                        "x86_64-linux-gnu/9",
                        "x86_64-linux-gnu/12.2.0",
                        "x86_64-linux-gnu/include",
                        "other/x86_64-redhat-linux/14",
                        "x86_64-w64-mingw32/15-win32",
                        "aarch64-linux-gnu/13")) {
            Files.createDirectories(root.resolve(folder));
        }
        List<Path> roots = List.of(root.resolve("absent"), root, other);
        assertEquals(
                List.of(
                        other.resolve("x86_64-redhat-linux/14"),
                        root.resolve("x86_64-linux-gnu/12.2.0"),
                        root.resolve("x86_64-linux-gnu/9")),
                GccFolders.of("x86_64", roots));
        assertEquals(
                List.of(root.resolve("aarch64-linux-gnu/13")), GccFolders.of("aarch64", roots));
    }
}
