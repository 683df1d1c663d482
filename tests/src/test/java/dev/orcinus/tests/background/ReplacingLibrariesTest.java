package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests programs that name libraries with which a process has to start: those that replace
 * functions of others, and those with much static thread-local storage. Each program does what its
 * natively linked executable does: in a start with a JVM of its own, and in those that the daemon
 * serves, of which the last one is linked as it is kept.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
final class ReplacingLibrariesTest {
    /**
     * So many are served by the daemon, which a busy machine does not have do all. A program is
     * linked of its objects twice, and then as it is kept.
     */
    private static final int WARM_STARTS = 4;

    private static final String BEGINS =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            static void tell(const char *text) {
                if (write(1, text, strlen(text)) < 0) _exit(9);
            }
            __attribute__((constructor)) static void begin(void) { tell("%1$s begins\\n"); }
            """;

    private static final String ENDS =
            "__attribute__((destructor)) static void end(void) { tell(\"%1$s ends\\n\"); }\n";

    /** An allocator that counts, and ends the process if it is given what another one has made. */
    private static final String ALLOCATOR =
            """
            int allocated;
            static char pool[1 << 22];
            static size_t used;
            void *malloc(size_t n) {
                char *p = pool + __atomic_fetch_add(&used, n + 47 & ~15ul, __ATOMIC_SEQ_CST);
                *(size_t *)p = n;
                allocated++;
                return p + 16;
            }
            void free(void *p) {
                if (p && ((char *)p < pool || (char *)p >= pool + sizeof pool)) {
                    tell("not mine\\n");
                    _exit(9);
                }
            }
            void *calloc(size_t n, size_t size) { return memset(malloc(n * size), 0, n * size); }
            void *realloc(void *p, size_t n) {
                void *q = malloc(n);
                if (p) memcpy(q, p, ((size_t *)p)[-2] < n ? ((size_t *)p)[-2] : n);
                free(p);
                return q;
            }
            """;

    private static final String ASKER =
            """
            char *asked(void) { return getenv("HOME"); }
            char *copied(void) { return strdup("copy"); }
            """;

    @TempDir private Path directory;
    private BackgroundHome home;

    @BeforeEach
    void start() throws Exception {
        home = new BackgroundHome(directory);
        home.start();
        shell("printf 'int main(void) { return 0; }' >any.c && cc any.c -o any");
        assumeTrue(Files.exists(directory.resolve("any")), "no C compiler");
        library("asker", ASKER);
    }

    @AfterEach
    void end() {
        if (home != null) {
            home.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"-lcounting -lasker,-fPIC", "-lasker -lcounting,-fPIC", "-lcounting,-fno-pic"})
    void anAllocatorIsThatOfAllLibraries(String libraries, String option) throws Exception {
        library("counting", ALLOCATOR);
        String copied = libraries.contains("asker") ? "copied" : "strdup";
        String end =
                assertSame(
                        """
                        #include <stdio.h>
                        #include <stdlib.h>
                        #include <string.h>
                        extern int allocated;
                        char *copied(void);
                        int main(void) {
                            char *line = NULL;
                            size_t size = 0;
                            FILE *file = fopen("counting.c", "r");
                            int before = allocated;
                            if (getline(&line, &size, file) < 0) return 1;
                            free(line);
                            free(COPIED);
                            printf("%d %d\\n", before > 0, allocated - before > 1);
                            return 3;
                        }
                        """
                                .replace(
                                        "COPIED",
                                        copied.equals("copied") ? "copied()" : "strdup(\"a\")"),
                        option,
                        libraries);
        assertTrue(end.contains("1 1\n"), end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-lasker -lenvironment",
                "-lenvironment -lasker",
                "./libenvironment.so -lasker"
            })
    void aFunctionOfTheCLibraryIsReplacedForAnotherLibrary(String libraries) throws Exception {
        library("environment", "char *getenv(const char *name) { return \"replaced\"; }");
        String end = assertSame(ASKS, "-fPIC", libraries);
        assertTrue(end.contains("replaced replaced\n"), end);
    }

    private static final String ASKS =
            """
            #include <stdio.h>
            #include <stdlib.h>
            char *asked(void);
            int main(void) { printf("%s %s\\n", asked(), getenv("HOME")); return 4; }
            """;

    /** What is named behind the C library does not take its place. */
    @Test
    void theCLibraryThatIsNamedFirstKeepsItsFunctions() throws Exception {
        library("environment", "char *getenv(const char *name) { return \"replaced\"; }");
        String end = assertSame(ASKS, "-fPIC", "-lc -lasker -lenvironment");
        assertTrue(!end.contains("replaced"), end);
    }

    /** One library uses the program, and is opened when that is there; the other one is before. */
    @Test
    void theProgramsOwnFunctionComesFirst() throws Exception {
        compile("asker", BEGINS.formatted("asker") + ASKER);
        compile(
                "environment",
                BEGINS.formatted("environment")
                        + """
                        char *getenv(const char *name) { return "replaced"; }
                        char *secure_getenv(const char *name) { return "replaced, too"; }
                        """);
        String own = "char *getenv(const char *name) { return \"own\"; }\n";
        String end =
                assertSame(
                        ASKS.replace("int main", own + "int main"),
                        "-fPIC",
                        "-lasker -lenvironment");
        assertTrue(end.contains("own own\n"), end);
    }

    @Test
    void staticThreadLocalStorageIsThereForAllThreads() throws Exception {
        library(
                "static",
                """
                static __thread int numbers[3000] __attribute__((tls_model("initial-exec"))) = {5};
                int next(void) { numbers[2999] = numbers[0]; return numbers[0]++; }
                """);
        String end =
                assertSame(
                        """
                        #include <pthread.h>
                        #include <stdio.h>
                        int next(void);
                        static void *other(void *n) { next(); printf("%d\\n", next()); return n; }
                        int main(void) {
                            pthread_t thread;
                            next();
                            pthread_create(&thread, NULL, other, NULL);
                            pthread_join(thread, NULL);
                            printf("%d\\n", next() + next());
                            return 5;
                        }
                        """,
                        "-fPIC", "-lstatic -lasker");
        assertTrue(end.contains("6\n13\n"), end);
    }

    /** It could not do our calls: it finds the functions that it calls when it is initialized. */
    @Test
    void aLibraryCountsThoseCallsOnlyThatTheProgramMakes() throws Exception {
        library(
                "counting",
                """
                #include <dlfcn.h>
                #include <signal.h>
                #include <stdarg.h>
                #include <sys/mman.h>
                int calls;
                static void *(*map)(void *, size_t, int, int, int, off_t);
                static int (*protect)(void *, size_t, int);
                static int (*unmap)(void *, size_t);
                static void *(*load)(const char *, int);
                static int (*action)(int, const struct sigaction *, struct sigaction *);
                static int (*opens)(const char *, int, int);
                static int (*closes)(int);
                __attribute__((constructor)) static void find(void) {
                    map = dlsym(RTLD_NEXT, "mmap");
                    protect = dlsym(RTLD_NEXT, "mprotect");
                    unmap = dlsym(RTLD_NEXT, "munmap");
                    load = dlsym(RTLD_NEXT, "dlopen");
                    action = dlsym(RTLD_NEXT, "sigaction");
                    opens = dlsym(RTLD_NEXT, "open");
                    closes = dlsym(RTLD_NEXT, "close");
                }
                void *mmap(void *a, size_t n, int p, int f, int d, off_t o) {
                    calls++;
                    return map(a, n, p, f, d, o);
                }
                int mprotect(void *a, size_t n, int p) { calls++; return protect(a, n, p); }
                int munmap(void *a, size_t n) { calls++; return unmap(a, n); }
                void *dlopen(const char *f, int m) { calls++; return load(f, m); }
                int sigaction(int s, const struct sigaction *a, struct sigaction *b) {
                    calls++;
                    return action(s, a, b);
                }
                int open(const char *f, int m, ...) { calls++; return opens(f, m, 0); }
                int close(int d) { calls++; return closes(d); }
                """);
        String end =
                assertSame(
                        """
                        #include <stdio.h>
                        #include <sys/mman.h>
                        extern int calls;
                        int main(void) {
                            void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                            mprotect(page, 4096, PROT_NONE);
                            munmap(page, 4096);
                            printf("%d calls\\n", calls);
                            return 6;
                        }
                        """,
                        "-fPIC", "-lcounting -lasker");
        assertTrue(end.contains("3 calls\n"), end);
    }

    /** A preloaded library comes before a named one, which comes before the C library. */
    @Test
    void aPreloadedLibraryReplacesFirst() throws Exception {
        library("environment", "char *getenv(const char *name) { return \"replaced\"; }");
        compile("preloaded", "char *secure_getenv(const char *name) { return \"pre\"; }");
        String program = ASKS.replace("getenv(\"HOME\")", "secure_getenv(\"HOME\")");
        String preload = "LD_PRELOAD=./libpreloaded.so ";
        String end =
                assertSame(
                        "#define _GNU_SOURCE\n" + program,
                        "-fPIC",
                        "-lasker -lenvironment",
                        preload);
        assertTrue(end.contains("replaced pre\n"), end);
    }

    private void library(String name, String text) throws Exception {
        compile(name, (BEGINS + ENDS).formatted(name) + text);
    }

    private void compile(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name + ".c"), text);
        Finished end =
                shell(
                        "cc -w -D_GNU_SOURCE -shared -fPIC -fno-builtin %1$s.c -o lib%1$s.so"
                                .formatted(name));
        assertEquals(0, end.status(), end::toString);
    }

    private String assertSame(String program, String option, String libraries) throws Exception {
        return assertSame(program, option, libraries, "");
    }

    /** Compares all kinds of starts, and returns the output. */
    private String assertSame(String program, String option, String libraries, String environment)
            throws Exception {
        Files.writeString(directory.resolve("program.c"), program);
        String named = " program.o -L. " + libraries;
        String compile =
                "cc -w -fno-builtin %s -c program.c && cc -Wl,--no-as-needed %s%s -Wl,-rpath,. -o native"
                        .formatted(option, option.equals("-fno-pic") ? "-no-pie" : "-pie", named);
        assertEquals("", shell(compile + " 2>&1").output());
        Finished expected = shell(environment + "./native");
        String script = home.command().getLast();
        assertEquals(
                said(expected), said(shell(environment + script + " --cold run" + named)), "cold");
        shell("sleep 3"); // what has just changed is not kept
        String warm = environment + BackgroundHome.launcher() + " run" + named;
        for (int missing = WARM_STARTS; missing > 0; missing = WARM_STARTS - home.served()) {
            for (int i = 0; i < missing; i++) {
                assertEquals(said(expected), said(shell(warm)), "a warm start");
            }
        }
        return expected.output();
    }

    private static String said(Finished end) {
        return end.output() + end.errors() + end.status();
    }

    private Finished shell(String script) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-u", "CI"));
        command.addAll(List.of("XDG_RUNTIME_DIR=" + home.folder(), "ORCINUS_DAEMON=on"));
        command.addAll(List.of("/bin/sh", "-c", script));
        try (Program program = Program.start(directory, command)) {
            return program.finish();
        }
    }
}
