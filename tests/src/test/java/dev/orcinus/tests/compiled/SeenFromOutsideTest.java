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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that the dynamic linker and those who ask it know a program that is linked in memory:
 * libraries that it opens, and unwinders that are part of it.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SeenFromOutsideTest {
    private static final String PLUGIN =
            """
            extern int value, table[3];
            int callback(int);
            int plug(int x) { return callback(x) + table[1]; }
            int *where(void) { return &value; }
            int (*which(void))(int) { return callback; }
            """;

    private static final String C =
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <execinfo.h>
            #include <link.h>
            #include <stdio.h>
            #include <string.h>
            int value = 41, table[3] = {7, 8, 9};
            int callback(int x) { return x + value; }
            static int code, variables, executable, frames;
            static int visit(struct dl_phdr_info *info, size_t size, void *unused) {
              int own = 0;
              for (int i = 0; i < info->dlpi_phnum; i++) {
                const ElfW(Phdr) *h = &info->dlpi_phdr[i];
                ElfW(Addr) start = info->dlpi_addr + h->p_vaddr;
                if (h->p_type != PT_LOAD) continue;
                if ((ElfW(Addr)) visit - start < h->p_memsz) { code++; own = 1; executable |= h->p_flags & PF_X; }
                if ((ElfW(Addr)) &value - start < h->p_memsz) variables++;
              }
              for (int i = 0; own && i < info->dlpi_phnum; i++) frames |= info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME;
              return 0;
            }
            int main(int argc, char **argv) {
              dl_iterate_phdr(visit, 0);
              printf("segments %d %d %d %d\\n", code, variables, executable, frames);
              Dl_info info;
              int known = dladdr((void *) callback, &info);
              printf("dladdr %d %d %s\\n", known != 0, !strcmp(info.dli_fname, argv[0]), info.dli_sname ? info.dli_sname : "-");
              void *stack[10];
              int depth = backtrace(stack, 10);
              char **texts = backtrace_symbols(stack, depth);
              printf("backtrace %d %d\\n", depth >= 2, strstr(texts[0], "main") != 0);
              void *plugin = dlopen("./plugin.so", RTLD_NOW);
              if (!plugin) { puts(dlerror()); return 3; }
              int (*plug)(int) = dlsym(plugin, "plug");
              int *(*where)(void) = dlsym(plugin, "where");
              int (*(*which)(void))(int) = dlsym(plugin, "which");
              printf("plugin %d %d %d\\n", plug(1), where() == &value, which() == callback);
              value = 100;
              printf("%d %d\\n", plug(1), dlsym(RTLD_DEFAULT, "callback") == (void *) callback);
              return 5;
            }
            """;

    private static final String CXX =
            """
            #include <cstdio>
            #include <stdexcept>
            #include <string>
            struct Guard { int n; ~Guard() { printf("~%d\\n", n); } };
            __attribute__((noinline)) void deep(int n) {
              Guard guard{n};
              if (n > 2) throw std::runtime_error("deep " + std::to_string(n));
              deep(n + 1);
            }
            int main() {
              try { deep(0); } catch (const std::exception &e) { printf("%s\\n", e.what()); }
              try { throw 42; } catch (int i) { printf("%d\\n", i); }
              try { try { throw 1L; } catch (...) { throw; } } catch (long l) { printf("%ld\\n", l); }
              return 9;
            }
            """;

    @TempDir private static Path folder;

    @BeforeAll
    static void compile() throws Exception {
        Files.writeString(folder.resolve("plugin.c"), PLUGIN);
        Files.writeString(folder.resolve("seen.c"), C);
        Files.writeString(folder.resolve("thrown.cpp"), CXX);
        try {
            compile("gcc", "-shared", "-fPIC", "plugin.c", "-o", "plugin.so");
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no C compiler: install gcc and g++");
        }
    }

    private static Finished compile(String... command) throws InterruptedException {
        Finished end = finish(List.of(command));
        assertEquals(0, end.status(), end::toString);
        return end;
    }

    private static Finished finish(List<String> command) throws InterruptedException {
        try (Program program = Program.start(folder, command)) {
            return program.finish();
        }
    }

    private static Finished run(List<String> files) throws InterruptedException {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated"));
        command.addAll(files);
        return finish(command);
    }

    @ParameterizedTest
    @CsvSource({"-fPIE, -pie, -rdynamic", "-fno-pic, -no-pie, -rdynamic", "-fPIE, -pie, -O1"})
    void aProgramAndItsPlugin(String code, String kind, String export) throws InterruptedException {
        compile("gcc", "-O1", "-w", code, "-c", "seen.c", "-o", "seen.o");
        compile("gcc", kind, export, "seen.o", "-o", "seen");
        Finished expected = finish(List.of("./seen"));
        Finished ours = run(List.of(export, "seen.o"));
        assertEquals(expected.output(), ours.output(), ours::toString);
        assertEquals(expected.status(), ours.status(), ours::toString);
    }

    /** A library given on the command line sees what it needs, without an option. */
    @ParameterizedTest
    @ValueSource(strings = {"-fPIE", "-fPIC"})
    void aLibraryCallsTheProgram(String code) throws InterruptedException, IOException {
        Files.writeString(
                folder.resolve("caller.c"), "int answer(void); int ask(void) { return answer(); }");
        Files.writeString(
                folder.resolve("answer.c"),
                "int ask(void); int answer(void) { return 17; } int main(void) { return ask(); }");
        compile("gcc", "-shared", "-fPIC", "caller.c", "-o", "caller.so");
        compile("gcc", "-O1", code, "-c", "answer.c", "-o", "answer.o");
        Finished end = run(List.of("answer.o", "./caller.so"));
        assertEquals(17, end.status(), end::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"libgcc_eh.a", "libstdc++.a libgcc_eh.a"})
    void exceptionsWithTheStaticRuntimesOfGcc(String archives) throws InterruptedException {
        compile("g++", "-O1", "-fPIE", "-c", "thrown.cpp", "-o", "thrown.o");
        Finished expected = linkedNatively("g++");
        List<String> files = new ArrayList<>(List.of("thrown.o"));
        for (String archive : archives.split(" ", -1)) {
            files.add(compile("g++", "-print-file-name=" + archive).output().strip());
        }
        Finished ours = run(files);
        assertEquals(expected.output(), ours.output(), ours::toString);
        assertEquals(expected.status(), ours.status(), ours::toString);
    }

    private static Finished linkedNatively(String compiler) throws InterruptedException {
        compile(compiler, "thrown.o", "-o", "thrown");
        return finish(List.of("./thrown"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "libc++.a libc++abi.a libunwind.a",
                "libc++.a libc++abi.a",
                "libc++.so.1 libc++abi.so.1",
                "libc++.so.1 libc++abi.so.1 libunwind.so.1"
            })
    void exceptionsWithTheRuntimesOfLlvm(String libraries)
            throws InterruptedException, IOException {
        Path llvm = Path.of("/usr/lib/llvm-19");
        assumeTrue(
                Files.exists(llvm.resolve("lib/libc++.a"))
                        && Files.exists(llvm.resolve("lib/libunwind.a")),
                "no libc++: install clang-19, libc++-19-dev, libc++abi-19-dev, libunwind-19-dev");
        String clang = llvm.resolve("bin/clang++").toString();
        compile(clang, "-stdlib=libc++", "-O1", "-fPIE", "-c", "thrown.cpp", "-o", "thrown.o");
        List<String> files = new ArrayList<>(List.of("thrown.o"));
        for (String library : libraries.split(" ", -1)) {
            files.add(llvm.resolve("lib").resolve(library).toString());
        }
        Finished ours = run(files);
        assertEquals("~3\n~2\n~1\n~0\ndeep 3\n42\n1\n", ours.output(), ours::toString);
        assertEquals(9, ours.status(), ours::toString);
    }
}
