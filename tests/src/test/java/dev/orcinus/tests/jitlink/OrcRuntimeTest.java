package dev.orcinus.tests.jitlink;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * C++ programs with LLVM's ORC runtime, which is guest code itself and calls the controller back.
 */
final class OrcRuntimeTest {
    @TempDir Path directory;

    private JitLink withRuntime(Llvm llvm, Line line) {
        return new JitLink(llvm, line, directory).orcRuntime();
    }

    @ClientTest
    void argumentsOutputAndExitCode(Llvm llvm, Line line) throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .inputs("arguments.o")
                .arguments("x", "-1")
                .run()
                .assertStatus(255)
                .assertOutput("argc=2\nargv[0]=x\nargv[1]=-1\nargv[argc] is null\n");
    }

    @ClientTest
    void constructorsDestructorsAndLocalStatics(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .inputs("initializers.o")
                .run()
                .assertStatus(7)
                .assertOutput(
                        """
                        constructor function
                        construct first
                        construct second
                        main
                        construct local
                        destroy local
                        destroy second
                        destroy first
                        """);
    }

    @ClientTest
    void exceptionsWithinAnObject(Llvm llvm, Line line) throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .inputs("exceptions.o")
                .run()
                .assertStatus(3)
                .assertOutput(Expected.EXCEPTIONS);
    }

    @ClientTest
    void anExceptionFromAnotherObject(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .inputs("catcher.o", "thrower.o")
                .run()
                .assertStatus(21)
                .assertOutput("caught from another object\n");
    }

    @ClientTest
    void anUncaughtExceptionEndsTheExecutorOnly(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .inputs("uncaught.o")
                .run()
                .assertStatus(1, Expected.ABORTED)
                .assertErrorsContain(Expected.TERMINATE)
                .assertErrorsContain("nobody wants me");
    }

    @ClientTest
    void threadsAndThreadLocals(Llvm llvm, Line line) throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .inputs("threads.o")
                .run()
                .assertStatus(8)
                .assertOutput("total=76808 destroyed=8 main=5,100\n");
    }

    @ClientTest
    void anArchive(Llvm llvm, Line line) throws IOException, InterruptedException {
        withRuntime(llvm, line).inputs("archive_main.o", "libanswer.a").run().assertStatus(42);
    }

    /** LLVM 20's archive has no runtime, and 19 no lazy linking. */
    @ClientTest(from = 21)
    void lazyLinking(Llvm llvm, Line line) throws IOException, InterruptedException {
        withRuntime(llvm, line)
                .options("-lazy")
                .inputs("lazy.o")
                .run()
                .assertStatus(20)
                .assertOutput("caught 20\n");
    }
}
