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

    private Set<String> namesOf(String... words) {
        return InputNames.of(List.of(words)).orElseThrow();
    }

    @Test
    void aLibraryThatIsAScriptHasTheNamesOfThatScript() throws IOException {
        script("libouter.so", "-linner code.o");
        script("libinner.so", "/dev/fd/5");
        for (List<String> words :
                List.of(
                        List.of("run", "-L" + folder, "-louter"),
                        List.of("run", "-louter", "-L", folder.toString()),
                        List.of("run", "-l", "-Xlinker", "outer", "--library-path=" + folder),
                        List.of("run", "--library", "outer", "--library-path", folder.toString()),
                        List.of("run", "--library=outer", "-L" + folder),
                        List.of("run", "-Wl,-L" + folder + ",-louter"))) {
            Set<String> names = namesOf(words.toArray(String[]::new));
            assertTrue(names.contains(folder + "/libouter.so"), words + ": " + names);
            assertTrue(names.contains(folder + "/libinner.so"), words + ": " + names);
            assertTrue(names.contains("/dev/fd/5"), words + ": " + names);
        }
    }

    @Test
    void theLibrariesOfAResponseFileAreFound() throws IOException {
        script("libouter.so", "/dev/fd/5");
        Path response =
                Files.writeString(folder.resolve("link"), "'-L" + folder + "' -louter main.o");
        assertTrue(namesOf("run", "@" + response).contains("/dev/fd/5"));
    }

    @Test
    void aLibraryMayBeAnArchiveAsWell() throws IOException {
        Files.createFile(folder.resolve("libboth.so"));
        Files.createFile(folder.resolve("libboth.a"));
        Set<String> names = namesOf("run", "-L" + folder, "-lboth");
        assertTrue(names.contains(folder + "/libboth.so"), names.toString());
        assertTrue(names.contains(folder + "/libboth.a"), names.toString());
    }

    @Test
    void whatAScriptNamesIsSearchedInTheFoldersOfLibraries() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("code.o"), "INPUT(/dev/fd/5)");
        Path outer = script("outer", "code.o");
        assertTrue(namesOf("run", "-L" + other, outer.toString()).contains("/dev/fd/5"));
        Path placed =
                Files.writeString(
                        folder.resolve("placed"), "SEARCH_DIR(" + other + ") INPUT(code.o)");
        assertTrue(namesOf("run", placed.toString()).contains("/dev/fd/5"));
    }
}
