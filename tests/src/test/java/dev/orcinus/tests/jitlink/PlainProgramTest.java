package dev.orcinus.tests.jitlink;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** C programs without the ORC runtime. */
final class PlainProgramTest {
    @TempDir Path directory;

    @ClientTest
    void argumentsOutputAndExitCode(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("arguments.o")
                .arguments("a", "b c", "42")
                .run()
                .assertStatus(42)
                .assertOutput(
                        "argc=3\nargv[0]=a\nargv[1]=b c\nargv[2]=42\nargv[argc] is null\n");
    }

    @ClientTest
    void noArgumentsAtAll(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("arguments.o")
                .run()
                .assertStatus(0)
                .assertOutput("argc=0\nargv[argc] is null\n");
    }

    @ClientTest
    void aNegativeExitCode(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("arguments.o")
                .arguments("-3")
                .run()
                .assertStatus(-3 & 0xff)
                .assertOutput("argc=1\nargv[0]=-3\nargv[argc] is null\n");
    }

    /** LLVM's own executor cannot: no shared library has {@code atexit}. */
    @ClientTest
    void atExitFunctionsRunWhenTheirMemoryGoes(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("at_exit.o")
                .run()
                .assertStatus(5)
                .assertOutput("main\nsecond\nfirst\n");
    }
}
