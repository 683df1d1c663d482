package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests options and the order of arguments by which ld decides what a program consists of. Each
 * program is linked by the C compiler's linker with the same arguments, and has to do the same.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LinkerRulesTest {
    private static final Map<String, String> OBJECTS =
            Map.of(
                    "one",
                    "int f(void) { return 1; }",
                    "two",
                    "int f(void) { return 2; } int g(void) { return 10 * f(); }",
                    "asks-both",
                    """
                    int f(void), g(void);
                    int main(void) { return f() + g(); }
                    """,
                    "asks-nothing",
                    "#include <stdio.h>\nint main(void) { puts(\"nothing\"); return 2; }",
                    "asks",
                    """
                    #include <stdio.h>
                    int shared(void);
                    int main(void) { printf("%d\\n", shared()); return 3; }
                    """,
                    "asks-weakly",
                    """
                    #include <stdio.h>
                    __attribute__((weak)) int shared(void);
                    int main(void) { printf("%d\\n", shared ? shared() : -1); return 4; }
                    """,
                    "asks-two",
                    """
                    #include <stdio.h>
                    int shared(void), other(void);
                    int main(void) { printf("%d %d\\n", shared(), other()); return 5; }
                    """,
                    "archived",
                    "int shared(void) { return 77; } int other(void) { return 88; }",
                    "stack",
                    """
                    #include <stdio.h>
                    #include <string.h>
                    int main(void) {
                        char line[400];
                        FILE *maps = fopen("/proc/self/maps", "r");
                        while (fgets(line, sizeof line, maps))
                            if (strstr(line, "[stack]")) printf("%.4s\\n", strchr(line, ' ') + 1);
                        return 6;
                    }
                    """,
                    "needs-stack",
                    """
                    #include <stdio.h>
                    #include <string.h>
                    __asm__(".section .note.GNU-stack,\\"x\\",@progbits; .text");
                    int main(void) {
                        char line[400];
                        FILE *maps = fopen("/proc/self/maps", "r");
                        while (fgets(line, sizeof line, maps))
                            if (strstr(line, "[stack]")) printf("%.4s\\n", strchr(line, ' ') + 1);
                        return 7;
                    }
                    """);

    /** Ends the function that it is a piece of, as the last of a compiler's start files does. */
    private static final String PIECE_WITH_END =
            """
            #include <stdio.h>
            void hello(void) { puts("hello"); }
            #ifdef __x86_64__
            #define PIECE "call hello\\n call hello\\n addq $8, %rsp\\n ret\\n"
            #else
            #define PIECE "bl hello\\n bl hello\\n ldp x29, x30, [sp], #16\\n ret\\n"
            #endif
            __asm__(".section .init,\\"ax\\"\\n" PIECE ".text");
            int main(void) { puts("main"); return 3; }
            """;

    private static final String COMMON =
            """
            #include <stdio.h>
            int array[2] __attribute__((common));
            int main(void) {
                printf("%d\\n", array[0]);
                return array[1];
            }
            """;

    private static final String WHOLE_FUNCTIONS =
            """
            #include <stdio.h>
            __attribute__((section(".init"))) void _init(void) { puts("init"); }
            __attribute__((section(".fini"))) void _fini(void) { puts("fini"); }
            int main(void) { puts("main"); return 4; }
            """;

    @TempDir private static Path folder;

    @BeforeAll
    static void compileAll() throws IOException, InterruptedException {
        try {
            for (Map.Entry<String, String> source : OBJECTS.entrySet()) {
                String name = source.getKey();
                Files.writeString(folder.resolve(name + ".c"), source.getValue());
                compile("gcc", "-w", "-O1", "-fPIC", "-c", name + ".c", "-o", name + ".o");
            }
            library("shared", "int shared(void) { return 4; }");
            library("alone", "");
            library("first", "int shared(void); int first(void) { return shared(); }");
            library(
                    "weakly",
                    """
                    __attribute__((weak)) int shared(void);
                    int weakly(void) { return shared ? shared() : 0; }
                    """);
            library("data", "int array[2] = {5, 6}; int sum(void) { return array[0] + array[1]; }");
            library("code", "int array(void) { return 7; }");
            Files.writeString(folder.resolve("hidden.map"), "OLD { global: *; };");
            library(
                    "hidden",
                    """
                    int old(void) { return 5; }
                    __asm__(".symver old, shared@OLD");
                    """,
                    "-Wl,--version-script=hidden.map");
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no C compiler: install gcc");
        }
        compile("ar", "rcs", "libarchived.a", "archived.o");
        Files.writeString(folder.resolve("common.c"), COMMON);
        Files.writeString(folder.resolve("archived-data.c"), "int array[2] = {8, 9};");
        compile("gcc", "-O1", "-fPIC", "-c", "archived-data.c");
        compile("ar", "rcs", "libarchived-data.a", "archived-data.o");
        compile("gcc", "-O1", "-fPIE", "-c", "common.c", "-o", "common.o");
        compile("gcc", "-O1", "-fPIC", "-c", "common.c", "-o", "common-pic.o");
        Files.writeString(folder.resolve("libperhaps.so"), "GROUP(AS_NEEDED(libshared.so))");
        Files.writeString(
                folder.resolve("perhaps.ld"),
                "INPUT(AS_NEEDED(-lshared)) SECTIONS { .own : { *(.own) } } INSERT AFTER .data;");
    }

    private static void library(String name, String functions, String... options)
            throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("lib" + name + ".c"),
                """
                #include <stdio.h>
                __attribute__((constructor)) static void begin(void) { puts("%s is here"); }
                %s
                """
                        .formatted(name, functions));
        List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC"));
        command.addAll(List.of(options));
        command.addAll(List.of("lib" + name + ".c", "-o", "lib" + name + ".so"));
        compile(command.toArray(String[]::new));
    }

    private static void compile(String... command) throws InterruptedException {
        Finished end = finish(List.of(command));
        assertEquals(0, end.status(), end::toString);
    }

    private static Finished finish(List<String> command) throws InterruptedException {
        try (Program program = Program.start(folder, command)) {
            return program.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Wl,-z,muldefs one.o two.o asks-both.o",
                "-Wl,--allow-multiple-definition two.o one.o asks-both.o",
                // a library is only opened if it is needed
                "asks.o -Wl,--as-needed -lshared",
                "asks-nothing.o -Wl,--as-needed -lshared",
                "asks-nothing.o -Wl,--no-as-needed -lshared",
                "asks-weakly.o -Wl,--as-needed -lshared",
                "asks-weakly.o -Wl,--no-as-needed -lshared",
                "asks-nothing.o -Wl,--push-state,--as-needed -lshared -Wl,--pop-state -lalone",
                // another library may need it
                "asks-nothing.o -Wl,--no-as-needed -lfirst -Wl,--as-needed -lshared",
                "asks-nothing.o -Wl,--no-as-needed -lweakly -Wl,--as-needed -lshared",
                // a symbol that only has a hidden version is nobody's without a version
                "asks.o -lhidden -larchived",
                "asks.o -Wl,--as-needed -lhidden -lshared",
                // the first one that defines a symbol counts, be it an archive or a library
                "asks.o -lshared -larchived",
                "asks.o -larchived -lshared",
                "asks.o -Wl,-Bstatic -larchived -Wl,-Bdynamic -lshared",
                "asks-two.o -lshared -larchived",
                "asks-two.o -larchived -lshared",
                // a script may say that a library is only opened if it is needed
                "asks-nothing.o -lperhaps",
                "asks.o -lperhaps",
                "asks-nothing.o -Wl,-T,perhaps.ld",
                // a common symbol gives way to a library's data
                "common.o -ldata -larchived-data",
                "common.o -larchived-data -ldata",
                "common.o -ldata",
                "common.o -lcode",
                "common.o -lcode -larchived-data",
                "common.o -Wl,--as-needed -ldata",
                "common-pic.o -ldata -larchived-data",
                // executable stacks
                "stack.o",
                "stack.o -Wl,-z,execstack",
                "needs-stack.o",
                "needs-stack.o -Wl,-z,noexecstack"
            })
    void aProgramDoesTheSame(String arguments) throws InterruptedException {
        List<String> link = List.of(arguments.split(" "));
        List<String> natively = new ArrayList<>(List.of("gcc", "-Wl,--no-as-needed", "-L."));
        natively.addAll(link);
        natively.addAll(List.of("-Wl,-rpath,.", "-o", "program"));
        compile(natively.toArray(String[]::new));
        assertSame(finish(List.of("./program")), run(link));
    }

    @Test
    void aPieceOfTheInitializationMayEndIt() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("ends.c"), PIECE_WITH_END);
        compile("gcc", "-O1", "-c", "ends.c");
        compile("gcc", "ends.o", "-o", "program");
        assertSame(finish(List.of("./program")), run(List.of("ends.o")));
    }

    /** The start files have functions of these names as well, which call the pieces. */
    @Test
    void aProgramMayHaveTheWholeInitialization() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("whole.c"), WHOLE_FUNCTIONS);
        compile("gcc", "-O1", "-fPIC", "-c", "whole.c");
        String start = finish(List.of("gcc", "-print-file-name=Scrt1.o")).output().strip();
        compile("gcc", "-nostartfiles", start, "whole.o", "-o", "program");
        assertSame(finish(List.of("./program")), run(List.of("whole.o")));
    }

    private static void assertSame(Finished expected, Finished ours) {
        assertEquals(expected.output(), ours.output(), ours::toString);
        assertEquals(expected.status(), ours.status(), ours::toString);
    }

    /** The dynamic linker takes the alignment of static storage from the program. */
    @ParameterizedTest
    @ValueSource(strings = {"local-exec", "initial-exec", "global-dynamic"})
    void threadLocalsMayBeAlignedToAPage(String model) throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("aligned.c"),
                """
                #include <pthread.h>
                #include <stdio.h>
                static __thread int first = 3;
                __thread char page[8192] __attribute__((aligned(4096))) = {1};
                static void *check(void *unused) {
                    page[8191] += first;
                    return (void *)((long)page % 4096 * 100 + page[0] * 10 + page[8191]);
                }
                int main(void) {
                    pthread_t thread;
                    void *result;
                    pthread_create(&thread, 0, check, 0);
                    pthread_join(thread, &result);
                    printf("%ld %ld\\n", (long)result, (long)check(0));
                    return 8;
                }
                """);
        compile("gcc", "-O1", "-fPIE", "-ftls-model=" + model, "-c", "aligned.c");
        compile("gcc", "aligned.o", "-o", "program");
        assertSame(finish(List.of("./program")), run(List.of("aligned.o")));
    }

    private static Finished run(List<String> link) throws InterruptedException {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated", "-L."));
        command.addAll(link);
        return finish(command);
    }

    @Test
    void withoutTheOptionASecondDefinitionIsAnError() throws InterruptedException {
        Finished refused = run(List.of("one.o", "two.o", "asks-both.o"));
        assertEquals(1, refused.status(), refused::toString);
        assertEquals(
                "orcinus: two.o: 'f' is already defined in one.o by one.o",
                refused.errors().strip());
    }
}
