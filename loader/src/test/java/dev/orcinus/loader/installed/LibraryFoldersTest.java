package dev.orcinus.loader.installed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that libraries of another processor are not found. */
final class LibraryFoldersTest {
    @ParameterizedTest
    @CsvSource({"amd64, /lib/x86_64-linux-gnu", "aarch64, /lib/aarch64-linux-gnu"})
    void foldersOfOneProcessor(String processor, String folder) {
        List<String> folders = LibraryFolders.of(processor);
        assertEquals(
                List.of(folder, "/usr" + folder),
                folders.stream().filter(one -> one.endsWith("-linux-gnu")).toList());
        assertTrue(folders.indexOf(folder) < folders.indexOf("/lib"));
    }
}
