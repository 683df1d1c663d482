package dev.orcinus.tests.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.llvm.ClangRepl;
import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.llvm.SessionResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Tests of clang-repl with our runtime, in cases where LLVM's runtime fails or is not reliable. */
final class OwnRuntimeReplTest {
    private static final String NOISY =
            """
            #include <cstdio>
            #include <cstdlib>
            struct Noisy { int n; Noisy(int n) : n(n) { std::printf("construct %d\\n", n); } ~Noisy() { std::printf("destroy %d\\n", n); } };
            """;

    @TempDir Path directory;

    private SessionResult run(Llvm llvm, Line line, OrcRuntime runtime, String input)
            throws IOException, InterruptedException {
        return new ClangRepl(llvm, line, runtime, directory).run(input).assertStatus(0);
    }

    /** LLVM's runtime would call the destructor in freed memory. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void undoOfAnObjectWithADestructorThenTheEnd(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                NOISY
                        + """
                        Noisy one(1);
                        Noisy gone(2);
                        %undo
                        Noisy three(3);
                        %quit
                        """;
        SessionResult result = run(llvm, line, runtime, input);
        assertEquals(
                List.of("construct 1", "construct 2", "construct 3", "destroy 3", "destroy 1"),
                ClangRepl.lines(result),
                result::toString);
    }

    /** LLVM's runtime never calls the function in this case. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void atExitFunctionsRunAtTheEnd(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                NOISY
                        + """
                        void bye() { std::printf("bye\\n"); }
                        Noisy one(1);
                        std::printf("registered %d\\n", std::atexit(bye));
                        %quit
                        """;
        SessionResult result = run(llvm, line, runtime, input);
        assertEquals(
                List.of("construct 1", "registered 0", "bye", "destroy 1"),
                ClangRepl.lines(result),
                result::toString);
    }

    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void threadLocalsThreadsAndRedefinition(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                #include <cstdio>
                #include <thread>
                thread_local int number = 7;
                void count() { number += 10; std::printf("thread %d\\n", number); }
                std::thread first(count); first.join();
                std::printf("main %d\\n", number);
                %undo
                %undo
                %undo
                %undo
                const char *number = "seven";
                void show() { std::printf("thread %s\\n", number); }
                std::thread first(show); first.join();
                %quit
                """;
        SessionResult result = run(llvm, line, runtime, input);
        assertEquals(
                List.of("thread 17", "main 7", "thread seven"),
                ClangRepl.lines(result),
                result::toString);
    }

    /** As in a native program, {@code std::terminate} ends the process. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void anInitializerThatThrowsEndsTheExecutor(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                int fail() { throw 5; }
                int number = fail();
                %quit
                """;
        new ClangRepl(llvm, line, runtime, directory)
                .run(input)
                .assertErrorsContain("terminate called after throwing an instance of 'int'");
    }

    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aControllerThatIsKilledLeavesNothing(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                NOISY
                        + """
                        Noisy one(1);
                        thread_local int number = 7;
                        number++;
                        std::printf("ready\\n"); std::fflush(stdout);
                        """;
        SessionResult result =
                new ClangRepl(llvm, line, runtime, directory).runAndKill(input, "ready");
        assertTrue(result.executorStatus() <= 1, result::toString); // 1: a result was on its way
        assertFalse(result.errors().contains("SIG"), result::toString);
    }
}
