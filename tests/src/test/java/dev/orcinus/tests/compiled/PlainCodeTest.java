package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.UnreachableSymbolsException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests programs without PIC that use variables and addresses of functions of libraries. A static
 * linker makes copy relocations for them, and gives the functions addresses in the program.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PlainCodeTest {
    private static final String LIBRARY =
            """
            #include <stdio.h>
            #include <stdlib.h>
            int counter = 5;
            int table[4] = {1, 2, 3, 4};
            extern int weak_counter __attribute__((weak, alias("counter")));
            typedef void (*function)(void);
            void bump(void) { weak_counter++; table[2]++; }
            int *address_of_counter(void) { return &counter; }
            function address_of_bump(void) { return bump; }
            int (*address_of_puts(void))(const char *) { return puts; }
            char *(*address_of_realpath(void))(const char *, char *) { return realpath; }
            __attribute__((constructor)) static void begin(void) { counter = 100; }
            """;

    private static final String C =
            """
            #include <errno.h>
            #include <math.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            extern char **environ, **__environ;
            extern char *optarg;
            extern int signgam, counter, table[4];
            typedef void (*function)(void);
            void bump(void);
            int *address_of_counter(void);
            function address_of_bump(void);
            int (*address_of_puts(void))(const char *);
            char *(*address_of_realpath(void))(const char *, char *);
            static int (*const say)(const char *) = puts;
            static FILE **const out = &stdout;
            static int by_length(const void *a, const void *b) {
              return (int) strlen(*(char *const *) a) - (int) strlen(*(char *const *) b);
            }
            int main(int argc, char **argv) {
              say("by address");
              fputs("by variable\\n", *out);
              fprintf(stdout, "%d %d\\n", say == puts, address_of_puts() == puts);
              fprintf(stderr, "error\\n");
              const char *words[] = {"three", "a", "bb"};
              qsort(words, 3, sizeof *words, by_length);
              printf("%s %s %s\\n", words[0], words[1], words[2]);
              double (*volatile gamma)(double) = lgamma;
              gamma(-0.5);
              printf("%d\\n", signgam);
              int (*volatile compare)(const char *, const char *) = strcmp;
              char *(*volatile real)(const char *, char *) = realpath;
              char *root = real("/", NULL);
              printf("%d %s %d\\n", compare("a", "a"), root, real == address_of_realpath());
              environ = (char *[]) {"A=1", NULL};
              printf("%s %s\\n", getenv("A"), __environ[0]);
              setenv("B", "2", 1);
              printf("%s\\n", environ[1]);
              printf("%d ", counter);
              bump();
              printf("%d %d\\n", counter, table[2]);
              printf("%d %d\\n", address_of_counter() == &counter, address_of_bump() == bump);
              return optarg == NULL ? 11 : 1;
            }
            """;

    private static final String CXX =
            """
            #include <iostream>
            #include <locale>
            #include <sstream>
            #include <stdexcept>
            #include <thread>
            #include <typeinfo>
            #include <vector>
            struct Mine : std::runtime_error { using runtime_error::runtime_error; };
            struct Base { virtual ~Base() {} };
            struct Derived : Base { int value = 3; };
            int main() {
              std::cout << "hello" << std::endl;
              std::cerr << "error\\n";
              try { throw Mine("mine"); }
              catch (const std::exception &e) { std::cout << e.what() << typeid(e).name() << "\\n"; }
              try { std::vector<int>().at(3); } catch (const std::out_of_range &) { std::cout << "range\\n"; }
              try { throw 42; } catch (int i) { std::cout << i << "\\n"; }
              Base *base = new Derived;
              std::cout << dynamic_cast<Derived *>(base)->value << "\\n";
              delete base;
              std::ostringstream text;
              text << 1.5 << ' ' << std::hex << 255;
              std::cout << text.str() << (std::cin.tie() == &std::cout) << "\\n";
              std::thread([] { std::cout << "thread\\n"; }).join();
              std::cout << std::use_facet<std::ctype<char>>(std::locale()).toupper('a') << std::endl;
              return 7;
            }
            """;

    @TempDir private static Path folder;

    @BeforeAll
    static void compile() throws Exception {
        Files.writeString(folder.resolve("library.c"), LIBRARY);
        Files.writeString(folder.resolve("plain.c"), C);
        Files.writeString(folder.resolve("plain.cpp"), CXX);
        try {
            compile("gcc", "-shared", "-fPIC", "-O1", "library.c", "-o", "library.so");
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no C compiler: install gcc and g++");
        }
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
    @CsvSource({
        "gcc, plain.c, -mcmodel=small",
        "gcc, plain.c, -mcmodel=medium",
        "gcc, plain.c, -mcmodel=large",
        "g++, plain.cpp, -mcmodel=small",
        "g++, plain.cpp, -mcmodel=medium"
    })
    void aProgramBehavesAsThatOfTheStaticLinker(String compiler, String source, String model)
            throws InterruptedException {
        compile(compiler, "-O1", "-w", "-fno-pic", model, "-c", source, "-o", "plain.o");
        compile(compiler, "-no-pie", "plain.o", "./library.so", "-lm", "-pthread", "-o", "plain");
        Finished expected = finish(List.of("./plain"));
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated"));
        command.addAll(List.of("plain.o", "./library.so", "-lm"));
        Finished ours = finish(command);
        assertEquals(expected.output(), ours.output(), ours::toString);
        assertEquals(expected.errors(), ours.errors());
        assertEquals(expected.status(), ours.status());
    }

    @Test
    void whereNothingCanBeMovedTheErrorNamesSymbolsAndCure() throws Exception {
        compile("gcc", "-O1", "-w", "-fno-pic", "-c", "plain.c", "-o", "refused.o");
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("plain");
            dylib.addLibrary(folder.resolve("library.so").toString());
            dylib.add(folder.resolve("refused.o"));
            UnreachableSymbolsException refused =
                    assertThrows(UnreachableSymbolsException.class, () -> dylib.address("main"));
            Set<String> symbols = refused.requesters().keySet();
            assertTrue(
                    symbols.containsAll(Set.of("stdout", "environ", "counter")), refused::toString);
            assertTrue(refused.getMessage().contains("compiled with -fPIE or -fPIC reaches them"));
        }
    }

    /** Libraries are bound to a protected variable of theirs already when they are linked. */
    @Test
    void aProtectedVariableIsNotMoved() throws InterruptedException, IOException {
        Files.writeString(
                folder.resolve("closed.c"),
                "__attribute__((visibility(\"protected\"))) int closed = 3;");
        Files.writeString(
                folder.resolve("open.c"),
                "extern int closed; int *f(void) { return &closed; } int main(void) { return *f(); }");
        compile("gcc", "-shared", "-fPIC", "closed.c", "-o", "closed.so");
        compile("gcc", "-O1", "-fno-pic", "-c", "open.c", "-o", "open.o");
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated"));
        command.addAll(List.of("open.o", "./closed.so"));
        Finished end = finish(command);
        assertEquals(1, end.status(), end::toString);
        assertTrue(
                end.errors().contains("'closed' cannot be moved: it is protected"), end::toString);
        assertTrue(end.errors().contains("-fPIE"), end::toString);
    }
}
