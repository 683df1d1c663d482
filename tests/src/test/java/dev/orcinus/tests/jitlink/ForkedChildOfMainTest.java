package dev.orcinus.tests.jitlink;

import dev.orcinus.tests.jit.CompiledObject;
import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of a child that a program with an ORC runtime in Java forks: it does what it can without
 * Java, and ends where it cannot go on.
 */
final class ForkedChildOfMainTest {
    private static final String SOURCE =
            """
            #include <cstdio>
            #include <cstdlib>
            #include <sys/wait.h>
            #include <unistd.h>
            thread_local volatile long value = 7;
            static int end_of(pid_t child) {
              int status;
              if (waitpid(child, &status, 0) != child) return -1;
              return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
            }
            static pid_t begin() {
              std::fflush(stdout);
              pid_t child = fork();
              if (child == 0) alarm(20); // one that waits for Java would do that for ever
              return child;
            }
            int main() {
              pid_t child = begin();
              if (child == 0) _exit((int) value);
              std::printf("first use: %d\\n", end_of(child));
              long here = value;
              child = begin();
              if (child == 0) _exit((int) value);
              std::printf("later use: %d of %ld\\n", end_of(child), here);
              child = begin();
              if (child == 0) { std::atexit([] {}); std::exit(3); }
              std::printf("exit: %d\\n", end_of(child));
              child = begin();
              if (child == 0) return 5;
              std::printf("return: %d\\n", end_of(child));
              return 0;
            }
            """;

    @TempDir Path directory;

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void endsWhereOnlyJavaCouldGoOn(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        Path object = CompiledObject.compile(directory, "forks_in_main", SOURCE, "-g0");
        new JitLink(llvm, line, directory)
                .orcRuntime(runtime)
                .input(object)
                .run()
                .assertStatus(0)
                .assertErrorsContain("a forked child has called a Java function")
                .assertOutput(
                        """
                        first use: 127
                        later use: 7 of 7
                        exit: 3
                        return: 5
                        """);
    }
}
