package dev.orcinus.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests where libraries are looked for. */
final class LibraryFinderTest {
    @TempDir private Path folder;

    @Test
    void aNameIsLookedForInTheFoldersInTheirOrder() throws Exception {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.createDirectory(first.resolve("libother.so"));
        Path found = Files.createFile(second.resolve("libother.so"));
        Files.createFile(folder.resolve("libother.so"));
        List<String> folders = List.of(first.toString(), second.toString(), folder.toString());
        assertEquals(Optional.of(found), LibraryFinder.find("libother.so", folders));
        assertEquals(Optional.empty(), LibraryFinder.find("libother.so", List.of()));
    }

    @Test
    void aPathIsTakenAsItIs() {
        List<String> folders = List.of(folder.toString());
        assertEquals(Optional.of(Path.of("/a/b.so")), LibraryFinder.find("/a/b.so", folders));
        assertEquals(
                Optional.of(Path.of("b.so").toAbsolutePath()),
                LibraryFinder.find("./b.so", folders).map(Path::normalize));
    }

    @Test
    void whatIsNoPathIsNotFound() {
        assertEquals(Optional.empty(), LibraryFinder.find("a\0b", List.of()));
    }
}
