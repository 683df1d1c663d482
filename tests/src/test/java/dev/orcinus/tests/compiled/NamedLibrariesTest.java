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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests shared libraries that a program names: they are bound to it, initialized and finalized as
 * those that it is linked against natively.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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

    private static final String USES_COUNT = "extern __thread int count; int main(void) { count++;";

    @TempDir private Path folder;

    /** Variables for both programs, but not for compilers. */
    private final List<String> environment = new ArrayList<>();

    private static final String ALLOCATES =
            """
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            static char *kept;
            __attribute__((constructor)) static void begin(void) { kept = strdup("kept"); }
            int last(void) { kept = realloc(kept, 1000); free(kept); return 7; }
            int pid(void) { return getpid(); }
            """;

    @Test
    void oneThatAllocatesInItsInitializerHasTheAllocatorOfTheProgram() throws Exception {
        library("last", ALLOCATES);
        assertEquals("", assertSame(OWN_ALLOCATOR, "-llast").errors());
    }

    @Test
    void oneWhoseThreadLocalsAreUsedHasTheAllocatorOfTheProgram() throws Exception {
        library("last", ALLOCATES + "__thread int count = 7;");
        String program = OWN_ALLOCATOR.replace("int main(void) {", USES_COUNT);
        assertEquals("", assertSame(program, "-llast").errors());
    }

    /** The process starts with a library that code without PIC refers to. */
    @Test
    void oneThatTheProcessStartsWithHasTheAllocatorOfTheProgram() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the assembly is for x86-64");
        library("last", ALLOCATES + "int count = 7;");
        String use = "int main(void) { asm(\"movl $count, %%eax\" ::: \"rax\");";
        String program = OWN_ALLOCATOR.replace("int main(void) {", use);
        assertEquals("", assertSame(List.of("-fno-pic"), program, "-llast").errors());
    }

    @Test
    void aPreloadedOneThatHasAllocatedBeforeKeepsItsAllocator() throws Exception {
        library("last", ALLOCATES);
        environment.add("LD_PRELOAD=" + folder.resolve("liblast.so"));
        Finished end = runProgram(OWN_ALLOCATOR, "-llast");
        assertEquals(4, end.status(), end::toString);
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

    private static final String USES_FOO =
            """
            #include <stdio.h>
            int foo(void), ask(void), second(void);
            extern int number;
            int (*volatile pointer)(void) = foo;
            int main(void) {
                printf("%d %d %d %d %d\\n", foo(), pointer(), number, ask(), second());
                return 3;
            }
            """;

    private static final String HAS_FOO =
            """
            int foo(void) { return %1$d; }
            int number = %1$d, other%1$d = 5;
            """;

    /** Of several that define a symbol the first one counts, and a preloaded one before all. */
    @ParameterizedTest
    @CsvSource({"-fPIC,false", "-fPIC,true", "-fno-pic,false", "-fno-pic,true"})
    void theFirstOneThatDefinesASymbolCounts(String code, boolean isPreloaded) throws Exception {
        library("first", HAS_FOO.formatted(1) + "int ask(void) { return foo() * 10 + number; }");
        library("second", HAS_FOO.formatted(2) + "int second(void) { return foo() + number; }");
        library("pre", HAS_FOO.formatted(3));
        if (isPreloaded) {
            environment.add("LD_PRELOAD=" + folder.resolve("libpre.so"));
        }
        Finished end = assertSame(List.of(code), USES_FOO, "-lfirst", "-lsecond");
        assertEquals(isPreloaded ? "3 3 3 33 6\n" : "1 1 1 11 2\n", end.output());
    }

    /** A named library comes before those that others need, also before those of the first one. */
    @Test
    void aNamedOneCountsBeforeOneThatIsNeeded() throws Exception {
        library("needed", HAS_FOO.formatted(1));
        library("second", HAS_FOO.formatted(2) + "int second(void) { return foo() + number; }");
        library(
                "first",
                "int foo(void); extern int number; int ask(void) { return foo() * 10 + number; }",
                "-L" + folder,
                "-lneeded",
                "-Wl,-rpath,$ORIGIN");
        Finished end = assertSame(USES_FOO, "-lfirst", "-lsecond");
        assertEquals("2 2 2 22 4\n", end.output());
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

    /** Libraries that refer to the program, and one that does not. */
    @Test
    void thoseThatUseTheProgramBeginInTheOrderOfANativeStart() throws Exception {
        library("first", BEGINS.formatted("first", "printf(\"first %d\\n\", hook())"));
        library("second", LAST.replace("last", "second"));
        library("third", BEGINS.formatted("third", "printf(\"third %d\\n\", hook())"));
        assertSame(USES_THREE, "-lfirst", "-lsecond", "-lthird");
        assertSame(USES_THREE, "-lsecond", "-lthird", "-lfirst");
    }

    private static final String BEGINS =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int hook(void);
            static int got = 1;
            int %1$s(void) { return got; }
            __attribute__((constructor)) static void begin(void) { %2$s; }
            __attribute__((destructor)) static void end(void) { puts("%1$s ends"); }
            """;

    private static final String USES_THREE =
            """
            int first(void), second(void), third(void);
            static int base = 4;
            int hook(void) { return ++base; }
            int main(void) { return first() + second() + third(); }
            """;

    /** The dynamic linker initializes one that asks for that before all else. */
    @Test
    void oneThatComesFirstIsInitializedOnce() throws Exception {
        library("last", LAST, "-Wl,-z,initfirst");
        assertSame("int last(void); int main(void) { return last(); }", "-llast");
    }

    @Test
    void codeWithoutPicRefersToALibraryWithoutVersions() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the assembly is for x86-64");
        library("last", "int count = 7;");
        String use = "asm(\"movl $count, %%eax\" ::: \"rax\");";
        Finished end =
                runProgram(
                        "extern int count; int main(void) { " + use + " return count; }", "-llast");
        assertEquals(7, end.status(), end::toString);
    }

    private static final String HOOK =
            """
            extern int hook(void) %s;
            static int got;
            __attribute__((constructor)) static void begin(void) { got = hook(); }
            int last(void) { return got; }
            """;

    private static final String HAS_HOOK =
            """
            int last(void);
            static int base = 4;
            int hook(void) { return ++base; }
            int main(void) { return last(); }
            """;

    @ParameterizedTest
    @ValueSource(strings = {"", "__attribute__((weak))"})
    void anInitializerCallsTheProgram(String kind) throws Exception {
        library("last", HOOK.formatted(kind));
        assertEquals(5, assertSame(HAS_HOOK, "-llast").status());
    }

    /** One that the program does not name, and that refers to it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInitializerOfALibraryThatIsNeededCallsTheProgram(boolean isNamed) throws Exception {
        library("last", HOOK.formatted(""));
        library(
                "first",
                "int last(void); int first(void) { return last(); }",
                "-L" + folder,
                "-llast",
                "-Wl,-rpath,$ORIGIN");
        String program = HAS_HOOK.replace("last", "first");
        List<String> names = isNamed ? List.of("-lfirst", "-llast") : List.of("-lfirst");
        assertEquals(5, assertSame(program, names.toArray(String[]::new)).status());
    }

    /** Weak definitions of an executable come first, too. */
    @Test
    void anInitializerUsesTheProgramsDefinitionInsteadOfItsOwn() throws Exception {
        library(
                "last",
                """
                int hook(void);
                int both(void) { return 3; }
                static int got;
                __attribute__((constructor)) static void begin(void) { got = hook() + both(); }
                int last(void) { return got; }
                """);
        String weak = "__attribute__((weak)) int both(void) { return 30; }";
        assertEquals(35, assertSame(weak + HAS_HOOK, "-llast").status());
    }

    /** What is linked has failed, so that the initializer does not run. */
    @Test
    void aProgramThatCannotBeLinkedIsToldThoughAnInitializerNeedsIt() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the assembly is for x86-64");
        library("last", HOOK.formatted(""));
        String source = HAS_HOOK.replace("int main", "asm(\"jrcxz last\");\nint main");
        Finished end = runProgram(source, "-llast");
        assertEquals(1, end.status(), end::toString);
        assertTrue(end.errors().contains("to 'last' ("), end::toString);
        assertEquals(1, end.errors().lines().count(), end::toString);
    }

    @Test
    void anInitializerWaitsForAThreadThatCallsTheProgram() throws Exception {
        library(
                "last",
                """
                #include <pthread.h>
                int hook(void);
                static int got;
                static void *call(void *n) { got = hook(); return n; }
                __attribute__((constructor)) static void begin(void) {
                    pthread_t thread;
                    pthread_create(&thread, 0, call, 0);
                    pthread_join(thread, 0);
                }
                int last(void) { return got; }
                """);
        assertEquals(5, assertSame(HAS_HOOK, "-llast").status());
    }

    /** The process knows the program by then, and threads may use it from then on. */
    @Test
    void anInitializerAsksForTheProgramAndStartsAThreadOfIt() throws Exception {
        library(
                "last",
                """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <pthread.h>
                #include <stdio.h>
                int hook(void);
                static int (*asked)(void);
                static pthread_t thread;
                static void *calls(void *n) { for (int i = 0; i < 100000; i++) asked(); return n; }
                __attribute__((constructor)) static void begin(void) {
                    Dl_info at;
                    asked = (int (*)(void)) dlsym(RTLD_DEFAULT, "hook");
                    int isFound = dladdr((void *) asked, &at);
                    printf("%d %s\\n", isFound != 0, at.dli_sname);
                    pthread_create(&thread, 0, calls, 0);
                }
                int last(void) { pthread_join(thread, 0); return hook() == 100005 ? 3 : 4; }
                """);
        assertEquals(3, assertSame(HAS_HOOK, "-llast").status());
    }

    /** No library is finalized. */
    @Test
    void anInitializerThatEndsTheProcessGivesItsStatus() throws Exception {
        library("first", BEGINS.formatted("first", "puts(\"first\")"));
        library("second", BEGINS.formatted("second", "exit(hook() + 2)"));
        library("third", BEGINS.formatted("third", "puts(\"third\")"));
        assertEquals(7, assertSame(USES_THREE, "-lfirst", "-lsecond", "-lthird").status());
    }

    @Test
    void anInitializerThatCrashesIsNamed() throws Exception {
        library("last", BEGINS.formatted("last", "__builtin_trap()"));
        Finished end = assertSame(HAS_HOOK, "-llast");
        assertTrue(end.errors().contains(" in begin+0x"), end::toString);
    }

    @Test
    void anInitializerForksAndItsChildIsTheProgram() throws Exception {
        library("last", BEGINS.formatted("last", "if (fork()) { wait(0); _exit(hook()); }"));
        assertEquals(5, assertSame(HAS_HOOK, "-llast").status());
    }

    @Test
    void anInitializerForksAndBothAreTheProgram() throws Exception {
        library("last", BEGINS.formatted("last", "if (fork()) { int s; wait(&s); got = s >> 8; }"));
        String program = HAS_HOOK.replace("last()", "last() + hook()");
        assertEquals(11, assertSame(program, "-llast").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dlopen(\"libm.so.6\", RTLD_NOW)",
                "dlsym(RTLD_DEFAULT, \"hook\")",
                "!__cxa_thread_atexit_impl(ends, 0, &__dso_handle)"
            })
    void anInitializerWaitsForAThreadThatTheDynamicLinkerServes(String call) throws Exception {
        library(
                "last",
                """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <pthread.h>
                #include <stdio.h>
                int hook(void), __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
                extern void *__dso_handle;
                static int got;
                static void ends(void *n) { puts("ends"); }
                static void *calls(void *n) { got = hook() + (%s != 0); return n; }
                __attribute__((constructor)) static void begin(void) {
                    pthread_t thread;
                    pthread_create(&thread, 0, calls, 0);
                    pthread_join(thread, 0);
                }
                int last(void) { return got; }
                """
                        .formatted(call));
        assertEquals(6, assertSame(HAS_HOOK, "-llast").status());
    }

    @Test
    void aMissingSymbolIsToldThoughAnInitializerNeedsTheProgram() throws Exception {
        library("last", HOOK.formatted(""));
        Finished end =
                runProgram(
                        "int nowhere(void); " + HAS_HOOK.replace("last()", "nowhere()"), "-llast");
        assertEquals(1, end.status(), end::toString);
        assertTrue(end.errors().contains("nobody defines nowhere"), end::toString);
    }

    @Test
    void anInitializerCallsAProgramThatUsesAThreadLocalOfTheLibrary() throws Exception {
        library("last", HOOK.formatted("") + "__thread int count = 7;");
        String program = HAS_HOOK.replace("int main(void) {", USES_COUNT);
        assertEquals(5, assertSame(program, "-llast").status());
    }

    /** As above, but what crashes has nothing to do with the program. */
    @Test
    void anInitializerThatCrashesByItselfIsNotOneThatUsesTheProgram() throws Exception {
        library(
                "last",
                """
                int hook(void);
                static int *volatile nothing;
                __thread int count = 7;
                __attribute__((constructor)) static void begin(void) { ++*nothing; }
                int last(void) { return hook(); }
                """);
        Finished end = runProgram(HAS_HOOK.replace("int main(void) {", USES_COUNT), "-llast");
        assertEquals(139, end.status(), end::toString);
        assertTrue(end.errors().startsWith("orcinus: the program crashed: SIG"), end::toString);
    }

    /** The resolver of an indirect function runs when the dynamic linker binds a library. */
    @Test
    void allThatAreOpenedTogetherAreNamedIfTheProcessEnds() throws Exception {
        library("last", "int last(void) { return 1; }");
        library(
                "bad",
                """
                #include <unistd.h>
                static int (*pick(void))(void) { _exit(3); }
                int choice(void) __attribute__((ifunc("pick")));
                int (*chosen)(void) = choice;
                int bad(void) { return chosen(); }
                """);
        Finished end =
                runProgram(
                        "int last(void), bad(void); int main(void) { return last() + bad(); }",
                        "-llast",
                        "-lbad");
        assertEquals(1, end.status(), end::toString);
        String names = folder.resolve("liblast.so") + ", " + folder.resolve("libbad.so");
        assertTrue(end.errors().endsWith(" while " + names + " were opened\n"), end::toString);
    }

    /** The resolver of an indirect function runs when the linker looks the function up. */
    @Test
    void aProcessThatIsKilledDuringAStepOfLinkingIsToldInALine() throws Exception {
        library(
                "last",
                """
                #include <signal.h>
                #include <unistd.h>
                static int seven(void) { return 7; }
                static int (*pick(void))(void) { kill(getpid(), SIGKILL); return seven; }
                int last(void) __attribute__((ifunc("pick")));
                """);
        Finished end = runProgram("int last(void); int main(void) { return last(); }", "-llast");
        assertEquals(1, end.status(), end::toString);
        assertEquals(1, end.errors().lines().count(), end::toString);
        assertTrue(end.errors().startsWith("orcinus: the guest "), end::toString);
    }

    private Finished runProgram(String source, String... libraries) throws Exception {
        Path file = Files.writeString(folder.resolve("program.c"), source);
        String object = folder.resolve("program.o").toString();
        compile("-c", file.toString(), "-o", object);
        List<String> arguments = new ArrayList<>(List.of("run", object, "-L" + folder));
        arguments.addAll(List.of(libraries));
        return run(ExecutorCommand.of(arguments.toArray(String[]::new)));
    }

    private void library(String name, String source, String... options) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".c"), source);
        List<String> arguments = new ArrayList<>(List.of("-shared", "-fPIC", file.toString()));
        arguments.addAll(List.of("-o", folder.resolve("lib" + name) + ".so"));
        arguments.addAll(List.of(options));
        compile(arguments.toArray(String[]::new));
    }

    private Finished assertSame(String source, String... libraries) throws Exception {
        return assertSame(List.of(), source, libraries);
    }

    private Finished assertSame(List<String> options, String source, String... libraries)
            throws Exception {
        Path file = Files.writeString(folder.resolve("program.c"), source);
        String object = folder.resolve("program.o").toString();
        String binary = folder.resolve("program").toString();
        List<String> toObject = new ArrayList<>(options);
        toObject.addAll(List.of("-c", file.toString(), "-o", object));
        compile(toObject.toArray(String[]::new));
        List<String> link = new ArrayList<>(List.of(object, "-L" + folder));
        link.addAll(List.of(libraries));
        List<String> natively = new ArrayList<>(link);
        natively.add(options.contains("-fno-pic") ? "-no-pie" : "-pie");
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
        List<String> all = new ArrayList<>(List.of("env"));
        all.addAll(environment);
        all.addAll(command);
        try (Program program = Program.start(folder, all)) {
            return program.finish();
        }
    }
}
