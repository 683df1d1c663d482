package dev.orcinus.tests.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.executor.ExecutorScript;
import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Tests of clang-repl sessions whose lines crash: they go on in the state before the line. */
final class SurvivedCrashesTest {
    private static final String CALL_LIMIT = "ORCINUS_CALL_LIMIT";

    private static final String STATE =
            """
            #include <csignal>
            #include <cstdint>
            #include <cstdio>
            #include <cstdlib>
            #include <cstring>
            #include <fstream>
            #include <map>
            #include <stdexcept>
            #include <string>
            #include <thread>
            #include <malloc.h>
            #include <sys/mman.h>
            #include <unistd.h>
            long steps = 0; std::map<std::string, long> table; thread_local long own = 7;
            void step(long i) { steps++; table["key" + std::to_string(i)] += i; own += 2; }
            long state() { long h = steps * 1000003 + own; for (auto &e : table) h = h * 31 + e.second + e.first.size(); return h; }
            void dirty(long kind) { steps += 1000; table["dirty"] = kind; own += 100; }
            void fill(void *start, int byte, size_t size) { volatile char *p = (volatile char *)start; for (size_t i = 0; i < size; i++) p[i] = (char)byte; }
            int recurse(volatile char *p) { volatile char frame[4096]; frame[0] = *p; return recurse(frame) + frame[1]; }
            void forever(int) { for (;;) pause(); }
            void nothing() {}
            char *mailbox() { std::ifstream maps("/proc/self/maps"); std::string l; while (std::getline(maps, l)) if (l.find("orcinus-mailbox") != l.npos) return (char *)std::stoul(l, 0, 16); return 0; }
            """;

    /** The ways to crash, each the rest of a line. */
    private static final List<String> CRASHES =
            List.of(
                    "*(volatile int *)0 = 1;",
                    "std::abort();",
                    "std::exit(3);",
                    "char c = 0; recurse(&c);",
                    "void *volatile p = std::malloc(200); std::free(p); std::free(p);",
                    "fill(std::malloc(64), 0x55, 16 << 20);",
                    "fill((void *)((uintptr_t)stdout & ~4095ul), 0x55, 8192); std::abort();",
                    "for (;;) asm volatile(\"\");",
                    "volatile int zero = 0; zero = 100 / zero;",
                    "__builtin_trap();",
                    "throw std::runtime_error(\"uncaught\");",
                    "std::atexit(nothing); throw 5;",
                    "for (int i = 0; i < 1024; i++) close(i); *(volatile int *)0 = 1;",
                    "std::signal(SIGSEGV, forever); *(volatile int *)0 = 1;",
                    "std::raise(SIGKILL);",
                    "_exit(0);",
                    "std::signal(SIGSEGV, SIG_IGN); *(volatile int *)0 = 1;",
                    "long *p = (long *)std::malloc(24); p[3] = -1; p[4] = -1; std::free(p); std::malloc(100000); malloc_trim(0); std::abort();",
                    "((void (*)())0x1234567)();",
                    "kill(0, SIGTERM); forever(0);",
                    "std::thread t([] { *(volatile int *)0 = 1; }); t.join();",
                    "execl(\"/bin/true\", \"true\", (char *)0); std::abort();",
                    "munmap((void *)((uintptr_t)&steps & ~4095ul), 4096); steps = 1;",
                    "std::quick_exit(4);",
                    "fill(mailbox(), 0x55, 1 << 20); *(volatile int *)0 = 1;",
                    "fill(mailbox(), 0x54, 1 << 20); forever(0);",
                    "for (char *p = (char *)&c0;; p++) *(volatile char *)p = 0x41;",
                    "char *t = (char *)__builtin_thread_pointer(); fill(t - 2048, 0x41, 4096); std::free(std::malloc(10)); std::abort();");

    @TempDir Path directory;

    private Finished run(Llvm llvm, OrcRuntime runtime, String input, String variable, String value)
            throws IOException, InterruptedException {
        Fixtures.requireCppHeaders();
        Path script = Files.writeString(directory.resolve("input"), input);
        try (ExecutorScript executor = new ExecutorScript(directory, variable, value);
                Program client =
                        Program.start(
                                directory,
                                List.of(
                                        llvm.tool("clang-repl"),
                                        "--oop-executor=" + executor.path(),
                                        "--orc-runtime=" + runtime.archive(llvm)),
                                script.toFile())) {
            Finished end = client.finish();
            assertEquals(0, end.status(), end::toString);
            assertEquals(0, executor.status(), end::toString);
            return end;
        }
    }

    private Finished run(Llvm llvm, OrcRuntime runtime, String input)
            throws IOException, InterruptedException {
        return run(llvm, runtime, input, CALL_LIMIT, "20s");
    }

    private static List<String> lines(Finished end) {
        return end.output().lines().filter(line -> !line.isEmpty()).toList();
    }

    /** After each crash a function of the line is called, and the state is compared. */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aSessionGoesOnInTheStateBeforeTheLine(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        StringBuilder input = new StringBuilder(STATE);
        List<String> expected = new ArrayList<>();
        for (int kind = 0; kind < CRASHES.size(); kind++) {
            input.append("step(").append(kind).append("); long before").append(kind);
            input.append(" = state();\n");
            input.append("int f%d() { return %d; } ".formatted(kind, kind));
            input.append(
                    "void crash%d() { char c0 = 0; (void)c0; dirty(%d); ".formatted(kind, kind));
            input.append(CRASHES.get(kind)).append(" }\n");
            input.append("int g%d() { return f%d(); } crash%d();\n".formatted(kind, kind, kind));
            input.append(
                    "std::printf(\"%%d %%d\\n\", g%d(), before%d == state()); std::fflush(stdout);\n"
                            .formatted(kind, kind));
            expected.add(kind + " 1");
        }
        Finished end = run(llvm, runtime, input + "%quit\n", CALL_LIMIT, "3s");
        assertEquals(expected, lines(end), end::toString);
        long reports =
                end.errors()
                        .lines()
                        .filter(l -> l.contains("the state is as before this line"))
                        .count();
        assertEquals(CRASHES.size(), reports, end::toString);
    }

    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aReportSaysWhatHasHappenedAndWhere(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        Finished end =
                run(llvm, runtime, "void store(int *p) { *p = 1; }\nstore(nullptr);\n%quit\n");
        assertTrue(
                end.errors().contains("orcinus: guest code crashed: SIGSEGV (address not mapped)"),
                end::toString);
        assertTrue(end.errors().contains(": the state is as before this line"), end::toString);
    }

    /** As in a native program the destructors would run; here the objects live on. */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void exitEndsTheLineOnly(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <cstdio>
                #include <cstdlib>
                struct Noisy { ~Noisy() { std::printf("destroy\\n"); } } noisy;
                std::printf("before "); std::exit(3);
                std::printf("after\\n");
                %quit
                """;
        Finished end = run(llvm, runtime, input);
        assertEquals(List.of("before after", "destroy"), lines(end), end::toString);
        assertTrue(
                end.errors()
                        .contains(
                                "the guest exited with status 3: the state is as before this line"),
                end::toString);
    }

    /** No state can be noted while another thread runs. */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void withAThreadOfTheGuestEarlierLinesAreLost(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <cstdio>
                #include <cstdlib>
                #include <thread>
                #include <unistd.h>
                int n = 1;
                n = 2;
                std::thread([] { for (;;) pause(); }).detach(); n = 3;
                n = 4;
                int twice(int i) { return 2 * i; } int four = twice(2);
                std::abort();
                std::printf("%d %d\\n", n, twice(4));
                %quit
                """;
        Finished end = run(llvm, runtime, input);
        assertEquals(List.of("2 8"), lines(end), end::toString);
        assertTrue(
                end.errors()
                        .contains("the state is as before the last 4 lines, because guest code"),
                end::toString);
    }

    /** The thread that runs the line goes on behind it, and so do the others. */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void withAThreadOfTheGuestAFaultOfALineUndoesNothing(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <atomic>
                #include <cstdio>
                #include <cstdlib>
                #include <thread>
                #include <unistd.h>
                std::atomic<long> count{0}; std::atomic<bool> goesOn{true}; int n = 1;
                std::thread t([] { while (goesOn) { count++; usleep(1000); } }); n = 2;
                n = 3;
                int recurse(volatile char *p) { volatile char frame[4096]; frame[0] = *p; return recurse(frame) + frame[1]; }
                n = 4; *(volatile int *)0 = 1;
                n++; { volatile int zero = 0; zero = 1 / zero; }
                n++; { char c = 0; recurse(&c); }
                n++; __builtin_trap();
                void *volatile p = std::malloc(100000); std::free(p);
                long before = count; while (count < before + 3) usleep(1000);
                goesOn = false; t.join(); std::printf("%d\\n", n);
                %quit
                """;
        Finished end = run(llvm, runtime, input);
        assertEquals(List.of("7"), lines(end), end::toString);
        long reports =
                end.errors()
                        .lines()
                        .filter(l -> l.contains("what this line has done so far stays"))
                        .count();
        assertEquals(4, reports, end::toString);
        assertFalse(end.errors().contains("the state is as before"), end::toString);
    }

    /** Each {@code %undo} gives memory back, and ends the thread that has run the lines. */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aDestructorThatCrashesInAReleaseRunsOnce(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <cstdio>
                int n = 1;
                struct Fragile { int k; ~Fragile() { if (k == 5) __builtin_trap(); } };
                thread_local Fragile fragile{5}; int touch() { return fragile.k; }
                int touched = touch();
                n = 2;
                int last = 3;
                %undo
                %undo
                %undo
                %undo
                n = n + 10;
                %undo
                std::printf("%d\\n", n);
                %quit
                """;
        Finished end = run(llvm, runtime, input);
        assertEquals(List.of("12"), lines(end), end::toString);
        long crashes = end.errors().lines().filter(l -> l.contains("crashed")).count();
        assertEquals(1, crashes, end::toString);
    }

    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void withoutCheckpointsACrashEndsTheSession(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        Fixtures.requireCppHeaders();
        Path script =
                Files.writeString(directory.resolve("input"), "*(volatile int *)0 = 1;\n%quit\n");
        try (ExecutorScript executor =
                        new ExecutorScript(directory, "ORCINUS_NO_CHECKPOINTS", "1");
                Program client =
                        Program.start(
                                directory,
                                List.of(
                                        llvm.tool("clang-repl"),
                                        "--oop-executor=" + executor.path(),
                                        "--orc-runtime=" + runtime.archive(llvm)),
                                script.toFile())) {
            Finished end = client.finish();
            assertEquals(139, executor.status(), end::toString);
            assertFalse(end.errors().contains("the state is"), end::toString);
        }
    }
}
