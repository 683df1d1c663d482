package dev.orcinus.tests.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the examples with the modules of this build. */
final class ExamplesTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("orcinus.root"), "examples");

    @Test
    void integrate() throws InterruptedException {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "integrate.o is for x86-64");
        Finished program =
                run("integrate/Integrate.java", EXAMPLES.resolve("integrate/integrate.o"));
        assertEquals(0, program.status(), program::toString);
        assertEquals(
                "the area under exp(-x*x) is 1.772453851, its square 3.141592654\n",
                program.output());
    }

    @Test
    void reload() throws InterruptedException {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "prices.o is for x86-64");
        Finished program = run("reload/Reload.java", EXAMPLES.resolve("reload"));
        assertEquals(0, program.status(), program::toString);
        assertEquals(
                """
                three pieces cost 30
                in the sale they cost 24
                6 pieces have been sold, before and after
                """,
                program.output());
    }

    @Test
    @Tag("programs")
    void lua() throws InterruptedException {
        Path objects = ProgramsTest.built().resolve("lua").resolve("objects");
        assumeTrue(
                Files.isDirectory(objects),
                "lua is not there; tests/programs/build.sh lua fetches and builds it");
        Finished program = run("lua/Lua.java", objects);
        assertEquals(0, program.status(), program::toString);
        assertEquals("Lua 5.4 calls Java: 5.0\nstatus 0, result 42.0\n", program.output());
    }

    private static Finished run(String source, Path argument) throws InterruptedException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        modulePath(),
                        "--add-modules",
                        "dev.orcinus.loader",
                        "--enable-native-access=dev.orcinus.bindings,ALL-UNNAMED",
                        EXAMPLES.resolve(source).toString(),
                        argument.toString());
        try (Program program = Program.start(EXAMPLES, command)) {
            return program.finish();
        }
    }

    /**
     * Returns the module path without the modules of the tests, which would make the example's
     * class part of a module.
     */
    private static String modulePath() {
        return Arrays.stream(System.getProperty("jdk.module.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(File.separator + "tests" + File.separator))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
