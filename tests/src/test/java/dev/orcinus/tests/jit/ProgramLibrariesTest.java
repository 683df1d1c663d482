package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that a library of a program is initialized once, when the whole program is there, whether
 * the program runs or Java calls its main.
 */
@Timeout(240)
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

    /**
     * A library with an allocator, and with more static thread-local storage than there is room.
     */
    @ParameterizedTest
    @CsvSource({"%s/libcounting.so,''", "libcounting.so,%s", "./libcounting.so,''"})
    void itReplacesFunctionsOfTheCLibrary(String library, String searched) throws Exception {
        compile("counting.c", COUNTING, "-shared", "-o", "libcounting.so");
        compile("copies.c", COPIES, "-c", "-o", "copies.o");
        List<String> command = new ArrayList<>(List.of("/usr/bin/env"));
        command.add("LD_LIBRARY_PATH=" + searched.formatted(folder));
        command.addAll(
                ForkedJvm.command(
                        StartedAgain.class,
                        library.formatted(folder),
                        folder.resolve("copies.o").toString()));
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(26, end.status(), end::toString);
        }
    }

    /** The dynamic linker ends the process before it serves. */
    @Test
    void whatOneLacksIsTold() throws Exception {
        compile("needed.c", "int needed(void) { return 1; }", "-shared", "-o", "libneeded.so");
        compile(
                "counting.c",
                COUNTING,
                "-shared",
                "-o",
                "libcounting.so",
                "-Wl,--no-as-needed",
                "-L.",
                "-lneeded");
        compile("copies.c", COPIES, "-c", "-o", "copies.o");
        Files.delete(folder.resolve("libneeded.so"));
        List<String> command =
                ForkedJvm.command(
                        StartedAgain.class,
                        folder.resolve("libcounting.so").toString(),
                        folder.resolve("copies.o").toString());
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(1, end.status(), end::toString);
            assertTrue(end.errors().contains("libneeded.so: cannot open shared"), end::toString);
            assertTrue(end.errors().contains("dev.orcinus.loader.TargetException"), end::toString);
        }
    }

    private static final String COUNTING =
            """
            #include <stddef.h>
            #include <string.h>
            static char pool[1 << 22];
            static size_t used;
            static __thread char mine[9000] __attribute__((tls_model("initial-exec"))) = {5};
            int allocated;
            void *malloc(size_t n) {
                char *p = pool + __atomic_fetch_add(&used, n + 31 & ~15ul, __ATOMIC_SEQ_CST);
                allocated += mine[0];
                return p;
            }
            void *calloc(size_t n, size_t size) { return memset(malloc(n * size), 0, n * size); }
            void *realloc(void *p, size_t n) {
                char *q = malloc(n);
                for (size_t i = 0; p && i < n && (char *)p + i < q; i++) q[i] = ((char *)p)[i];
                return q;
            }
            void free(void *p) {}
            """;

    private static final String COPIES =
            """
            char *strdup(const char *);
            extern int allocated;
            int main(void) { int n = allocated; strdup("a"); return 21 + allocated - n; }
            """;

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
        String command = "cc -w -fPIC -fno-builtin " + name + " " + String.join(" ", options);
        try (Program compiler = Program.start(folder, List.of("/bin/sh", "-c", command))) {
            assumeTrue(compiler.finish().status() == 0, "no C compiler");
        }
    }
}
