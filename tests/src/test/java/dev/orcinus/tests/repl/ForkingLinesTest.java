package dev.orcinus.tests.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

/**
 * Tests of clang-repl sessions whose lines fork: the child ends behind its line, and the parent
 * runs all others.
 */
final class ForkingLinesTest {
    /** Standard output is no terminal: what a process prints appears when it exits or flushes. */
    private static final String INPUT =
            """
            #include <cstdio>
            #include <sys/wait.h>
            #include <unistd.h>
            int status = -1; long parent = getpid();
            int child = fork(); if (child) waitpid(child, &status, 0); else std::printf("child\\n");
            std::printf("%d %d %d\\n", child > 0, status, getpid() == parent); std::fflush(stdout);
            """;

    private static final String CRASH =
            """
            *(volatile int *)0 = 1;
            std::printf("%d %d\\n", status, getpid() == parent); std::fflush(stdout);
            status = -1; parent = getpid(); child = fork(); if (child) waitpid(child, &status, 0);
            std::printf("%d %d %d\\n", child > 0, status, getpid() == parent); std::fflush(stdout);
            """;

    /** What a child may call although its JVM is its parent's. */
    private static final String CALLS =
            """
            #include <cstdlib>
            thread_local int counter = 7;
            child = fork(); if (child) waitpid(child, &status, 0); else { std::printf("exits\\n"); std::exit(3); }
            std::printf("%d\\n", WEXITSTATUS(status) * 100 + WTERMSIG(status)); std::fflush(stdout);
            child = fork(); if (child) waitpid(child, &status, 0); else { alarm(5); _exit(counter); }
            std::printf("%d\\n", WEXITSTATUS(status) * 100 + WTERMSIG(status)); std::fflush(stdout);
            """;

    @TempDir Path directory;

    private List<String> run(Llvm llvm, Line line, OrcRuntime runtime, String input)
            throws IOException, InterruptedException {
        SessionResult result =
                new ClangRepl(llvm, line, runtime, directory).run(input).assertStatus(0);
        return ClangRepl.lines(result);
    }

    @ClientTest(
            from = 21,
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void theParentRunsTheOtherLines(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        assertEquals(List.of("child", "1 0 1"), run(llvm, line, runtime, INPUT + "%quit\n"));
    }

    /** A copy of the process goes on, so it has another process id. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aCrashBehindAForkCostsItsLineOnly(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        assertEquals(
                List.of("child", "1 0 1", "0 0", "1 0 1"),
                run(llvm, line, runtime, INPUT + CRASH + "%quit\n"));
    }

    @ClientTest(
            from = 21,
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void aChildExitsAndUsesThreadLocals(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        assertEquals(
                List.of("child", "1 0 1", "exits", "300", "700"),
                run(llvm, line, runtime, INPUT + CALLS + "%quit\n"));
    }
}
