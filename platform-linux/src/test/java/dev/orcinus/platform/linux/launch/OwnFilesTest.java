package dev.orcinus.platform.linux.launch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which names lead to files of a process itself. */
final class OwnFilesTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev/stdin",
                "/dev/fd/5",
                "/dev/./../dev/fd/5",
                "/proc/self/maps",
                "/proc/self/missing/name",
                "/proc/thread-self/fd/0",
                "/proc/../proc/self"
            })
    void theyLeadThere(String name) {
        assertTrue(OwnFiles.isOwn(Path.of(name)), name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/..",
                "/proc",
                "/proc/1/fd/0",
                "/dev/null",
                "/missing/self",
                "/bin/sh"
            })
    void theyDoNot(String name) {
        assertFalse(OwnFiles.isOwn(Path.of(name)), name);
    }

    @Test
    void linksAreFollowed() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Files.createSymbolicLink(directory.resolve("own"), Path.of("/dev/stdin"));
        Files.createSymbolicLink(folder.resolve("relative"), Path.of("../own"));
        assertTrue(OwnFiles.isOwn(folder.resolve("relative")));
        Files.createSymbolicLink(directory.resolve("self"), Path.of("folder"));
        assertFalse(OwnFiles.isOwn(directory.resolve("self/file")));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        assertFalse(OwnFiles.isOwn(directory.resolve("loop")));
    }
}
