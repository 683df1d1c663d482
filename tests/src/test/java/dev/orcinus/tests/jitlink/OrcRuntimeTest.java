package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of C++ programs with an ORC runtime: ours, or LLVM's, which is guest code that calls the
 * controller.
 */
final class OrcRuntimeTest {
    @TempDir Path directory;

    private JitLink withRuntime(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        return new JitLink(llvm, line, directory).orcRuntime(runtime);
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void argumentsOutputAndExitCode(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("arguments.o")
                .arguments("x", "-1")
                .run()
                .assertStatus(255)
                .assertOutput("argc=2\nargv[0]=x\nargv[1]=-1\nargv[argc] is null\n");
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void constructorsDestructorsAndLocalStatics(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
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

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void exceptionsWithinAnObject(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("exceptions.o")
                .run()
                .assertStatus(3)
                .assertOutput(Expected.EXCEPTIONS);
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void anExceptionFromAnotherObject(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("catcher.o", "thrower.o")
                .run()
                .assertStatus(21)
                .assertOutput("caught from another object\n");
    }

    /**
     * JITLink drops the functions of one object that both have, and leaves gaps in its unwind info,
     * at which LLVM's own executors lose what follows.
     */
    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void exceptionsInObjectsThatShareFunctions(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("gaps_main.o", "gaps_other.o")
                .run()
                .assertStatus(9)
                .assertOutput("here 10\nthere 18\n18\n");
    }

    /** That library takes sections by a function of its own. */
    @ClientTest(
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void exceptionsWithLibunwindPreloaded(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        Path libunwind = Path.of("/usr/lib/llvm-19/lib/libunwind.so.1");
        assumeTrue(Files.exists(libunwind), "no LLVM libunwind: install libunwind-19");
        withRuntime(llvm, line, runtime)
                .preload(libunwind)
                .inputs("gaps_main.o", "gaps_other.o")
                .run()
                .assertStatus(9)
                .assertOutput("here 10\nthere 18\n18\n");
    }

    /** LLVM 19 runs the program before the last objects of the chain have arrived. */
    @ClientTest(
            lines = Line.PIPES,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void aChainOfObjects(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String[] chain =
                IntStream.rangeClosed(1, 20)
                        .mapToObj(number -> "chain/link" + number + ".o")
                        .toArray(String[]::new);
        withRuntime(llvm, line, runtime).inputs(chain).run().assertStatus(63);
    }

    /** LLVM's runtime has no status for a program that is lost. */
    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void anUncaughtExceptionEndsTheProgramOnly(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("uncaught.o")
                .run()
                .assertStatus(runtime == OrcRuntime.ORCINUS ? Expected.ABORTED : 1)
                .assertErrorsContain(Expected.TERMINATE)
                .assertErrorsContain("nobody wants me");
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void threadsAndThreadLocals(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("threads.o")
                .run()
                .assertStatus(8)
                .assertOutput("total=76808 destroyed=8 main=5,100\n");
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void anArchive(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("archive_main.o", "libanswer.a")
                .run()
                .assertStatus(42);
    }

    /** LLVM 20's archive has no runtime, and LLVM 19 has no lazy linking. */
    @ClientTest(
            from = 21,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void lazyLinking(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .options("-lazy")
                .inputs("lazy.o")
                .run()
                .assertStatus(20)
                .assertOutput("caught 20\n");
    }

    /** A first call that goes through the runtime keeps the content of vector registers. */
    @ClientTest(
            from = 21,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void lazyLinkingKeepsArguments(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .options("-lazy")
                .inputs("lazy_arguments.o")
                .run()
                .assertStatus(3)
                .assertOutput("integers 1\nnumbers 1\nvectors 1\n");
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void threadLocalsOfTwoObjects(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("thread_locals.o", "thread_locals_other.o")
                .run()
                .assertStatus(5)
                .assertOutput("good=5 still=6\n");
    }
}
