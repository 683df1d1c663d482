package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.linux.guestprocess.LoadedObjects.LoadedObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkerEnvironmentTest {
    private static final List<LoadedObject> OBJECTS =
            objects(
                    "",
                    "linux-vdso.so.1",
                    "./one.so",
                    "/lib/two.so",
                    "/lib/libc.so.6",
                    "/x/three.so");

    @TempDir private Path process;
    private Path home;

    @BeforeEach
    void startsInAFolder() throws IOException {
        home = Files.createDirectory(process.resolve("home")).toRealPath();
        Files.createSymbolicLink(process.resolve("cwd"), home);
    }

    @Test
    void withoutVariablesNothingIsPreloaded() throws IOException {
        LinkerEnvironment environment = environment("A=B", "LD_PRELOAD=", "XLD_PRELOAD=one.so");
        assertFalse(environment.hasPreloads());
        assertEquals(List.of(), environment.preloaded(OBJECTS));
        assertEquals(List.of(), environment.searchPath());
    }

    @Test
    void preloadedLibrariesHaveAbsolutePathsInTheOrderOfTheProcess() throws IOException {
        LinkerEnvironment environment = environment("LD_PRELOAD=two.so ./one.so:absent.so");
        assertTrue(environment.hasPreloads());
        assertEquals(
                List.of(home.resolve("./one.so").toString(), "/lib/two.so"),
                environment.preloaded(OBJECTS));
    }

    @Test
    void aLibraryBehindOneThatIsNotPreloadedIsNot() throws IOException {
        assertEquals(List.of(), environment("LD_PRELOAD=three.so").preloaded(OBJECTS));
    }

    @Test
    void theSystemMayPreloadLibraries() throws IOException {
        Files.writeString(process.resolve("preload"), "# two.so\n\t./one.so # /lib/two.so\n");
        LinkerEnvironment environment = environment("A=B");
        assertTrue(environment.hasPreloads());
        assertEquals(List.of(home.resolve("./one.so").toString()), environment.preloaded(OBJECTS));
    }

    @Test
    void foldersAreAbsolute() throws IOException {
        assertEquals(
                List.of(home.resolve("a").toString(), "/b"),
                environment("LD_LIBRARY_PATH=a:/b").searchPath());
    }

    @Test
    void aProcessThatIsGoneHasNone() {
        LinkerEnvironment environment =
                new LinkerEnvironment(process.resolve("gone"), process.resolve("preload"));
        assertFalse(environment.hasPreloads());
        assertEquals(List.of(), environment.searchPath());
    }

    private LinkerEnvironment environment(String... variables) throws IOException {
        String text = String.join("\0", variables) + "\0";
        Files.write(process.resolve("environ"), text.getBytes(UTF_8));
        return new LinkerEnvironment(process, process.resolve("preload"));
    }

    private static List<LoadedObject> objects(String... names) {
        return Arrays.stream(names).map(name -> new LoadedObject(0, 0, name, 0)).toList();
    }
}
