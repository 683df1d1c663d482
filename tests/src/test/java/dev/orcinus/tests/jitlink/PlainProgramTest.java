package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Tests of programs without the ORC runtime: no C++ initializers, no thread-locals. */
final class PlainProgramTest {
    @TempDir Path directory;

    @ClientTest
    void argumentsOutputAndExitCode(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("arguments.o")
                .arguments("a", "b c", "42")
                .run()
                .assertStatus(42)
                .assertOutput("argc=3\nargv[0]=a\nargv[1]=b c\nargv[2]=42\nargv[argc] is null\n");
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

    /** LLVM's own executor loses the unwind info behind a gap that its linker leaves. */
    @ClientTest
    void exceptionsInObjectsThatShareFunctions(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("gaps_main.o", "gaps_other.o")
                .run()
                .assertStatus(9)
                .assertOutput("here 10\nthere 18\n18\n");
    }

    /** LLVM's own executor cannot do this, because no shared library has {@code atexit}. */
    @ClientTest
    void atExitFunctionsRunWhenTheirMemoryGoes(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("at_exit.o")
                .run()
                .assertStatus(5)
                .assertOutput("main\nsecond\nfirst\n");
    }

    @ClientTest
    void exceptionsWithinAnObject(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("exceptions.o")
                .run()
                .assertStatus(3)
                .assertOutput(Expected.EXCEPTIONS);
    }

    @ClientTest
    void anExceptionFromAnotherObject(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("catcher.o", "thrower.o")
                .run()
                .assertStatus(21)
                .assertOutput("caught from another object\n");
    }

    @ClientTest
    void anUncaughtExceptionEndsTheProgramOnly(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("uncaught.o")
                .run()
                .assertStatus(Expected.ABORTED)
                .assertErrorsContain(Expected.TERMINATE)
                .assertErrorsContain("nobody wants me");
    }

    /** Its debug object is registered for a debugger. */
    @ClientTest
    void anObjectWithDebugInfo(Llvm llvm, Line line) throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .inputs("debugged.o")
                .arguments("/dev/null")
                .run()
                .assertStatus(17)
                .assertOutput("waiting\n");
    }

    /**
     * The fixtures come from one compiler; this object, by another, has other sections and
     * relocations.
     */
    @ClientTest(lines = Line.PIPES)
    void anObjectOfItsOwnCompiler(Llvm llvm, Line line) throws IOException, InterruptedException {
        Path object = directory.resolve("exceptions.o");
        List<String> compile =
                List.of(
                        llvm.tool("clang"),
                        "-fPIC",
                        "-O2",
                        "-c",
                        Fixtures.get("exceptions.cpp").toString(),
                        "-o",
                        object.toString());
        Fixtures.requireCppHeaders();
        try (Program compiler = Program.start(directory, compile)) {
            Finished compiled = compiler.finish();
            assertEquals(0, compiled.status(), compiled::toString);
        }
        new JitLink(llvm, line, directory)
                .input(object)
                .run()
                .assertStatus(3)
                .assertOutput(Expected.EXCEPTIONS);
    }
}
