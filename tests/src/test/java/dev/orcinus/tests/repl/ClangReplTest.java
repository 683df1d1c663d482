package dev.orcinus.tests.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.llvm.ClangRepl;
import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.llvm.SessionResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests sessions of clang-repl, which has remote execution from LLVM 20 on; 22 and 23 over pipes
 * only.
 */
final class ClangReplTest {
    private static final String INPUT =
            """
            #include <cstdio>
            #include <stdexcept>
            struct Noisy { int n; Noisy(int n) : n(n) { std::printf("construct %d\\n", n); } ~Noisy() { std::printf("destroy %d\\n", n); } };
            Noisy one(1);
            { Noisy two(2); }
            int twice(int x) { return 2 * x; }
            std::printf("twice %d\\n", twice(21));
            void fail() { throw std::runtime_error("boom"); }
            try { fail(); } catch (const std::exception &e) { std::printf("caught %s\\n", e.what()); }
            int number = 3;
            %undo
            const char *number = "four";
            std::printf("number %s\\n", number);
            extern "C" int triple(int);
            %lib LIBRARY
            std::printf("triple %d\\n", triple(14));
            no such line;
            std::printf("still here\\n");
            %quit
            """;

    private static final List<String> OUTPUT =
            List.of(
                    "construct 1",
                    "construct 2",
                    "destroy 2",
                    "twice 42",
                    "caught boom",
                    "number four",
                    "triple 42",
                    "still here",
                    "destroy 1");

    @TempDir Path directory;

    @ClientTest(
            from = 21,
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void aSession(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        run(llvm, line, runtime);
    }

    @ClientTest(
            from = 21,
            to = 21,
            lines = Line.TCP,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void aSessionOverTcp(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        run(llvm, line, runtime);
    }

    @ClientTest(
            from = 21,
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void aSessionInSharedMemory(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        run(llvm, line, runtime, "--use-shared-memory");
    }

    /**
     * Such lines pass their values to functions that only clang-repl's own process has; with LLVM's
     * executor they are lost.
     */
    @ClientTest(
            from = 21,
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void linesWithoutASemicolonRun(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <cstdio>
                int number = 41;
                ++number
                2.5 * number
                struct Pair { int a, b; ~Pair() { std::printf("gone %d\\n", a); } };
                Pair{1, number}
                "text"
                struct Huge { char bytes[80 << 20]; };
                Huge()
                Huge()
                std::printf("number %d\\n", number);
                %quit
                """;
        SessionResult result =
                new ClangRepl(llvm, line, runtime, directory).run(input).assertStatus(0);
        assertEquals(List.of("number 42"), ClangRepl.lines(result), result::toString);
        result.assertErrorsContain("it is 105.0, if it is a double");
    }

    /**
     * clang-repl compiles with emulated thread-locals, and libstdc++ has native ones. LLVM's
     * executor and clang-repl's own process lack the names.
     */
    @ClientTest(
            from = 21,
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void threadLocalsOfLibraries(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <cstdio>
                #include <future>
                #include <mutex>
                #include <thread>
                std::once_flag flag;
                int calls = 0;
                void called() { calls++; }
                std::call_once(flag, called);
                std::call_once(flag, called);
                std::printf("once %d\\n", calls);
                int times(int a, int b) { return a * b; }
                auto number = std::async(std::launch::async, times, 6, 7);
                std::printf("async %d\\n", number.get());
                std::promise<int> promise;
                void set() { promise.set_value(17); }
                std::thread setter(set);
                std::printf("promise %d\\n", promise.get_future().get());
                setter.join();
                thread_local int own = 5;
                int other = 0;
                void change() { own += 1; other = own; }
                std::thread changer(change);
                changer.join();
                std::printf("own %d other %d\\n", own, other);
                %quit
                """;
        SessionResult result =
                new ClangRepl(llvm, line, runtime, directory).run(input).assertStatus(0);
        assertEquals(
                List.of("once 1", "async 42", "promise 17", "own 5 other 6"),
                ClangRepl.lines(result),
                result::toString);
    }

    private void run(Llvm llvm, Line line, OrcRuntime runtime, String... options)
            throws IOException, InterruptedException {
        SessionResult result =
                new ClangRepl(llvm, line, runtime, directory)
                        .run(
                                INPUT.replace("LIBRARY", Fixtures.get("libtriple.so").toString()),
                                options)
                        .assertStatus(0);
        assertEquals(OUTPUT, ClangRepl.lines(result), result::toString);
    }
}
