package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a library of a program is initialized once, when the whole program is there, whether
 * the program runs or Java calls its main.
 */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
final class ProgramLibrariesTest {
    private static final String LIBRARY =
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            int hook(void);
            static int got;
            __attribute__((constructor)) static void begin(void) {
                got += hook() + (dlsym(RTLD_DEFAULT, "later") ? 20 : 0);
            }
            int last(void) { return got; }
            """;

    private static final String FIRST =
            """
            int last(void);
            int hook(void) { return 5; }
            int main(void) { return last(); }
            """;

    @TempDir private Path folder;

    @Test
    void theProcessKnowsWhatIsAddedAfterALink() throws Exception {
        assertEquals(25, finish("become").status());
    }

    @Test
    void itIsInitializedBeforeJavaCallsMain() throws Exception {
        assertEquals(5, finish("call").status());
    }

    private Finished finish(String how) throws Exception {
        compile("last.c", LIBRARY, "-shared", "-o", "liblast.so");
        compile("first.c", FIRST, "-c", "-o", "first.o");
        compile("later.c", "int later(void) { return 1; }", "-c", "-o", "later.o");
        List<String> command =
                ForkedJvm.command(
                        LinkedTwice.class,
                        folder.resolve("liblast.so").toString(),
                        folder.resolve("first.o").toString(),
                        folder.resolve("later.o").toString(),
                        how);
        try (Program program = Program.start(folder, command)) {
            return program.finish();
        }
    }

    private void compile(String name, String text, String... options) throws Exception {
        Files.writeString(folder.resolve(name), text);
        String command = "cc -w -fPIC " + name + " " + String.join(" ", options);
        try (Program compiler = Program.start(folder, List.of("/bin/sh", "-c", command))) {
            assumeTrue(compiler.finish().status() == 0, "no C compiler");
        }
    }
}
