package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests which names of files are found in a command. */
@Timeout(60)
final class InputNamesTest {
    @TempDir private Path folder;

    private Path script(String name, String inputs) throws IOException {
        return Files.writeString(folder.resolve(name), "INPUT(" + inputs + ")\n");
    }

    private static Optional<Set<String>> names(Path file) {
        return InputNames.of(List.of("run", file.toString(), "--", "after"));
    }

    @Test
    void aScriptsNamesAreThoseOfTheScriptsThatItNames() throws IOException {
        Path outer = script("outer", "inner");
        script("inner", "code.o");
        String beside = folder + "/";
        assertEquals(
                Set.of(
                        "run",
                        beside + "outer",
                        "inner",
                        beside + "inner",
                        "code.o",
                        beside + "code.o"),
                names(outer).orElseThrow());
    }

    @Test
    void aScriptThatNamesItselfInManyWaysNamesTooManyFiles() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        assertEquals(Optional.empty(), names(script("s", "./s d/../s hello.o")));
    }

    @Test
    void aScriptThatNamesItselfIsFollowedAsDeepAsALinkFollowsIt() throws IOException {
        Set<String> names = names(script("s", "./s")).orElseThrow();
        assertTrue(names.contains(folder + "/" + "./".repeat(8) + "s"), names.toString());
        assertFalse(names.contains(folder + "/" + "./".repeat(9) + "s"), names.toString());
    }

    @Test
    void aCommandMayNameAnyNumberOfFiles() {
        List<String> words = IntStream.range(0, 2000).mapToObj(i -> "missing" + i + ".o").toList();
        assertEquals(2000, InputNames.of(words).orElseThrow().size());
    }
}
