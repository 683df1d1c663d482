package dev.orcinus.tests.compiled;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests shared libraries that a program names: they are bound to it, initialized and finalized as
 * those that it is linked against natively.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NamedLibrariesTest {
    /** Refers to symbols of the program, and has two that the program has as well. */
    private static final String BOUND =
            """
            #include <stdio.h>
            extern int setting;
            int answer(int);
            int who(void) { return 1; }
            int shared = 5;
            __thread int mine = 40;
            int ask(void) { return answer(setting) * 1000 + who() * 100 + shared; }
            __attribute__((constructor)) static void begin(void) { puts("bound begins"); }
            """;

    private static final String OTHER =
            """
            #include <stdio.h>
            int who(void);
            __thread int count = 60;
            int other(void) { return who(); }
            __attribute__((constructor)) static void begin(void) { puts("other begins"); }
            """;

    private static final String LAST =
            """
            #include <stdio.h>
            int last(void) { return 3; }
            __attribute__((constructor)) static void begin(void) { puts("last begins"); }
            __attribute__((destructor)) static void end(void) { puts("last ends"); }
            """;

    private static final String THREAD_LOCALS =
            """
            #include <stdio.h>
            extern __thread int count __attribute__((tls_model("initial-exec")));
            int other(void), last(void);
            int who(void) { return 2; }
            int main(void) { printf("%d %d %d\\n", ++count, other(), last()); return 6; }
            """;

    private static final String PROGRAM =
            """
            #include <stdio.h>
            int ask(void), last(void);
            int setting = 4, shared = 9;
            int who(void) { return 7; }
            int answer(int n) { return n * n; }
            __attribute__((constructor)) static void begin(void) { puts("program begins"); }
            int main(void) { setting++; printf("%d %d\\n", ask(), last()); return 5; }
            """;

    /** A program whose {@code free} knows what its {@code malloc} has given. */
    private static final String OWN_ALLOCATOR =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            int last(void), pid(void);
            static char pool[1 << 20];
            static size_t used;
            static int is_mine(void *p) { return (char *)p >= pool && (char *)p < pool + sizeof pool; }
            void *malloc(size_t n) {
                char *p = pool + used;
                used += n + 47 & ~15ul;
                *(size_t *)p = n;
                return p + 16;
            }
            void free(void *p) { if (p && !is_mine(p)) { fputs("not mine\\n", stderr); _Exit(9); } }
            void *calloc(size_t n, size_t size) { return memset(malloc(n * size), 0, n * size); }
            void *realloc(void *p, size_t n) {
                void *q = malloc(n);
                if (p) memcpy(q, p, ((size_t *)p)[-2] < n ? ((size_t *)p)[-2] : n);
                free(p);
                return q;
            }
            int getpid(void) { return 42; }
            int main(void) { printf("%d\\n", last()); printf("%d\\n", pid()); return 4; }
            """;

    @TempDir private Path folder;

    /** What its initializer has allocated does not come to the program's {@code free}. */
    @Test
    void oneThatHasAllocatedKeepsItsAllocator() throws Exception {
        library(
                "last",
                """
                #include <stdlib.h>
                #include <unistd.h>
                static char *kept;
                __attribute__((constructor)) static void begin(void) { kept = malloc(10); }
                int last(void) { kept = realloc(kept, 1000); free(kept); return 7; }
                int pid(void) { return getpid(); }
                """);
        Finished end = assertSame(OWN_ALLOCATOR, "-llast");
        assertTrue(
                end.errors().contains("libraries keep the C library's, because "), end::toString);
    }

    @Test
    void oneWithoutInitializersGetsTheAllocatorOfTheProgram() throws Exception {
        library(
                "last",
                """
                #include <stdlib.h>
                #include <unistd.h>
                int last(void) { free(malloc(5)); return 7; }
                int pid(void) { return getpid(); }
                """);
        assertEquals("", assertSame(OWN_ALLOCATOR, "-llast").errors());
    }

    @Test
    void aVariableThatItHasSetStays() throws Exception {
        library(
                "last",
                """
                #include <unistd.h>
                static int mine(void) { return 5; }
                int (*asked)(void) = getpid, (*again)(void) = getpid;
                __attribute__((constructor)) static void begin(void) { asked = mine; }
                int last(void) { return asked(); }
                int pid(void) { return again(); }
                """);
        assertSame(OWN_ALLOCATOR, "-llast");
    }

    @Test
    void symbolsOfTheProgramCount() throws Exception {
        library("bound", BOUND);
        library("last", LAST);
        assertSame(PROGRAM, "-lbound", "-llast");
    }

    @Test
    void codeOfTheInitialExecModelUsesTheirThreadLocals() throws Exception {
        library("other", OTHER);
        library("last", LAST);
        assertSame(THREAD_LOCALS, "-lother", "-llast");
    }

    @Test
    void independentOnesBeginInTheOrderOfANativeStart() throws Exception {
        library("last", LAST);
        library("alone", LAST.replace("last", "alone"));
        assertSame(
                "int last(void), alone(void); int main(void) { return last() + alone(); }",
                "-lalone",
                "-llast");
    }

    private void library(String name, String source) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".c"), source);
        compile("-shared", "-fPIC", file.toString(), "-o", folder.resolve("lib" + name) + ".so");
    }

    private Finished assertSame(String source, String... libraries) throws Exception {
        Path file = Files.writeString(folder.resolve("program.c"), source);
        String object = folder.resolve("program.o").toString();
        String binary = folder.resolve("program").toString();
        compile("-c", file.toString(), "-o", object);
        List<String> link = new ArrayList<>(List.of(object, "-L" + folder));
        link.addAll(List.of(libraries));
        List<String> natively = new ArrayList<>(link);
        natively.addAll(List.of("-Wl,-rpath," + folder, "-Wl,--no-as-needed", "-o", binary));
        compile(natively.toArray(String[]::new));
        List<String> ours = new ArrayList<>(List.of("run"));
        ours.addAll(link);
        Finished expected = run(List.of(binary));
        Finished actual = run(ExecutorCommand.of(ours.toArray(String[]::new)));
        assertEquals(expected.output(), actual.output(), actual::toString);
        assertEquals(expected.status(), actual.status(), actual::toString);
        return actual;
    }

    private static void compile(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-w"));
        command.addAll(List.of(arguments));
        try {
            Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(compiler.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, compiler.waitFor(), output);
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: install gcc");
        }
    }

    private Finished run(List<String> command) throws InterruptedException {
        try (Program program = Program.start(folder, command)) {
            return program.finish();
        }
    }
}
