package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests programs with a start of their own: they get the stack that the kernel makes, and nothing
 * is done before them or after them.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OwnStartTest {
    /** Writes what it finds on its stack; its end is a system call, or a crash. */
    private static final String ALONE =
            """
            #include <elf.h>
            void START(void);
            static long call(long number, long a, long b, long c) {
                long result;
                __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c)
                        : "rcx", "r11", "memory");
                return result;
            }
            static void put(const char *text) {
                long length = 0;
                while (text[length]) length++;
                call(1, 1, (long)text, length);
                call(1, 1, (long)"\\n", 1);
            }
            static int zeros[1000], seven = 7;
            __attribute__((used)) void begin(unsigned long *stack, unsigned long *registers) {
                unsigned long count = stack[0];
                char **arguments = (char **)(stack + 1), **environment = arguments + count + 1;
                for (unsigned long i = 1; i < count; i++) put(arguments[i]);
                put(arguments[count] ? "no end" : "end");
                int variables = 0;
                for (; environment[variables]; variables++)
                    if (environment[variables][0] == 'X') put(environment[variables]);
                Elf64_auxv_t *auxiliary = (Elf64_auxv_t *)(environment + variables + 1);
                int seen = 0;
                for (; auxiliary->a_type; auxiliary++) {
                    if (auxiliary->a_type == AT_PAGESZ) seen |= auxiliary->a_un.a_val == 4096;
                    if (auxiliary->a_type == AT_RANDOM) seen |= 2;
                    if (auxiliary->a_type == AT_ENTRY)
                        seen |= auxiliary->a_un.a_val == (unsigned long)START ? 4 : 8;
                }
                put(seen == 7 ? "auxiliary vector" : "wrong auxiliary vector");
                put((unsigned long)stack % 16 ? "misaligned" : "aligned");
                for (int i = 0; i < 15; i++) if (registers[i]) put("a register has a value");
                zeros[999] += seven;
                if (count == 3) *(volatile int *)8 = 1;
                call(231, zeros[999], 0, 0);
            }
            __asm__(".globl " NAME "\\n" NAME ":"
                    "push %rax; push %rbx; push %rcx; push %rdx; push %rsi; push %rdi; push %rbp;"
                    "push %r8; push %r9; push %r10; push %r11; push %r12; push %r13; push %r14;"
                    "push %r15; mov %rsp, %rsi; lea 120(%rsp), %rdi; and $-16, %rsp; call begin");
            """;

    /** Uses the C library, of which the process has started nothing but its own initializers. */
    private static final String WITH_LIBRARY =
            """
            #define _DEFAULT_SOURCE
            #include <stdio.h>
            #include <stdlib.h>
            __attribute__((constructor)) static void before(void) { puts("nobody runs this"); }
            __attribute__((destructor)) static void after(void) { puts("nor this"); }
            static void last(int status, void *nothing) { puts("at exit"); }
            __attribute__((force_align_arg_pointer)) void begin(void) {
                on_exit(last, 0);
                printf("by printf\\n");
                exit(5);
            }
            """;

    private static final String WITH_MAIN =
            """
            #include <stdio.h>
            __attribute__((constructor)) static void before(int n) { printf("before %d\\n", n); }
            __attribute__((destructor)) static void after(void) { puts("after"); }
            int main(int count, char **arguments) { puts(arguments[1]); return count; }
            """;

    @TempDir private Path folder;

    @BeforeEach
    void needsX64() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the assembly is for x86-64");
    }

    private Finished finish(List<String> command) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("env", "X1=one", "X2=two"));
        all.addAll(command);
        try (Program program = Program.start(folder, all)) {
            return program.finish();
        }
    }

    private void compile(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("gcc", "-w", "-O1"));
        command.addAll(List.of(arguments));
        try {
            Finished end = finish(command);
            assertEquals(0, end.status(), end::toString);
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no C compiler: install gcc");
        }
    }

    private void alone(String name) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("alone.c"), ALONE);
        compile(
                "-ffreestanding",
                "-fno-stack-protector",
                "-fno-pic",
                "-DSTART=" + name,
                "-DNAME=\"" + name + "\"",
                "-c",
                "alone.c");
    }

    private Finished run(List<String> link, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated"));
        command.addAll(link);
        command.add("--");
        command.addAll(arguments);
        return finish(command);
    }

    private void assertSame(List<String> link, List<String> arguments) throws InterruptedException {
        List<String> natively = new ArrayList<>(List.of("./program"));
        natively.addAll(arguments);
        Finished expected = finish(natively);
        Finished ours = run(link, arguments);
        assertEquals(expected.output(), ours.output(), ours::toString);
        assertEquals(expected.status(), ours.status(), ours::toString);
    }

    @Test
    void aProgramWithoutALibrary() throws Exception {
        alone("_start");
        compile("-nostdlib", "-static", "alone.o", "-o", "program");
        assertSame(List.of("alone.o"), List.of());
        assertSame(List.of("alone.o"), List.of("a b"));
    }

    @Test
    void aStartOfAnotherName() throws Exception {
        alone("begin_here");
        compile("-nostdlib", "-static", "-Wl,-e,begin_here", "alone.o", "-o", "program");
        assertSame(List.of("-e", "begin_here", "alone.o"), List.of("x"));
    }

    @Test
    void aStartInAnArchive() throws Exception {
        alone("_start");
        Files.writeString(folder.resolve("more.c"), "int more;");
        compile("-c", "more.c");
        Finished archived = finish(List.of("ar", "rcs", "libstart.a", "alone.o"));
        assertEquals(0, archived.status(), archived::toString);
        compile("-nostdlib", "-static", "more.o", "libstart.a", "-o", "program");
        assertSame(List.of("more.o", "libstart.a"), List.of("x"));
    }

    /** A compiler's driver gives the linker another start before the archive. */
    @Test
    void aStartInAnArchiveIsNotThatOfAMain() throws Exception {
        alone("_start");
        Files.writeString(folder.resolve("main.c"), WITH_MAIN);
        compile("-fPIC", "-c", "main.c");
        Finished archived = finish(List.of("ar", "rcs", "libstart.a", "alone.o"));
        assertEquals(0, archived.status(), archived::toString);
        compile("main.o", "libstart.a", "-o", "program");
        assertSame(List.of("main.o", "libstart.a"), List.of("x"));
    }

    @Test
    void itsCrashIsTheProcesss() throws Exception {
        alone("_start");
        compile("-nostdlib", "-static", "alone.o", "-o", "program");
        assertSame(List.of("alone.o"), List.of("x", "y"));
        Finished ours = run(List.of("alone.o"), List.of("x", "y"));
        assertTrue(ours.errors().contains("SIGSEGV"), ours::toString);
    }

    @Test
    void aProgramThatStartsByItselfAndUsesTheLibrary() throws Exception {
        Files.writeString(folder.resolve("library.c"), WITH_LIBRARY);
        compile("-fPIC", "-c", "library.c");
        compile("-nostartfiles", "-Wl,-e,begin", "library.o", "-o", "program");
        assertSame(List.of("-e", "begin", "library.o"), List.of());
    }

    /** All that the C compiler gives to the linker may be given. */
    @Test
    void theLibrarysOwnStartFiles() throws Exception {
        Files.writeString(folder.resolve("main.c"), WITH_MAIN);
        compile("-fPIC", "-c", "main.c");
        compile("main.o", "-o", "program");
        List<String> link = new ArrayList<>();
        for (String file : List.of("Scrt1.o", "crti.o", "crtbeginS.o", "", "crtendS.o", "crtn.o")) {
            link.add(
                    file.isEmpty()
                            ? "main.o"
                            : finish(List.of("gcc", "-print-file-name=" + file)).output().strip());
        }
        assertSame(link, List.of("argument"));
    }

    /** Nobody sets up thread-locals in a program without a C library. */
    @Test
    void threadLocalsWithoutALibraryAreRefused() throws Exception {
        alone("_start");
        Files.writeString(
                folder.resolve("local.c"), "__thread int mine = 3; int get(void) { return mine; }");
        compile("-fno-pic", "-c", "local.c");
        Finished refused = run(List.of("alone.o", "local.o"), List.of());
        assertEquals(1, refused.status(), refused::toString);
        assertTrue(
                refused.errors().contains("thread-locals, a start of its own"), refused::toString);
    }
}
