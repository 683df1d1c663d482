package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.llvm.SessionResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests that our runtime works as a native one does where LLVM's ORC runtime does less. */
final class OwnRuntimeTest {
    @TempDir Path directory;

    private JitLink withRuntime(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        return new JitLink(llvm, line, directory).orcRuntime(runtime);
    }

    private static final String UNTIL_THE_LAST_AT_EXIT =
            """
            constructor 101
            constructor 200
            constructor default
            construct object
            main
            at-exit that registers
            nested at-exit
            at-exit
            destroy object
            """;

    /** The output is that of the same object when it is linked natively. */
    @ClientTest(from = 23, runtimes = OrcRuntime.ORCINUS)
    void constructorsAtExitsAndDestructorsInNativeOrder(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("lifecycle.o")
                .run()
                .assertStatus(5)
                .assertOutput(
                        UNTIL_THE_LAST_AT_EXIT
                                + """
                                destructor default
                                destructor 200
                                destructor 101
                                """);
    }

    /**
     * These controllers drop sections of finalizers when they link, as LLVM 23 does with those of
     * an object without initializers. So there is nothing that could be found in the memory.
     */
    @ClientTest(from = 21, to = 22, runtimes = OrcRuntime.ORCINUS)
    void constructorsAndAtExitsInNativeOrder(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("lifecycle.o")
                .run()
                .assertStatus(5)
                .assertOutput(UNTIL_THE_LAST_AT_EXIT);
    }

    /** LLVM's runtime calls initializers with what is in the registers. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void initializersGetTheArgumentsOfTheProgram(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("initializer_arguments.o")
                .arguments("one", "two")
                .run()
                .assertStatus(2)
                .assertOutput("argc 2, one two, argv of main 1, envp 1\n");
    }

    /** With LLVM's runtime "No thread local data section for key" ends the program. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void threadLocalsOfALibrary(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("call_once.o")
                .run()
                .assertStatus(2)
                .assertOutput("calls=2\n");
    }

    /** The status of the program is the one given to {@code exit}. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void exitRunsAtExits(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        SessionResult result =
                withRuntime(llvm, line, runtime)
                        .inputs("lifecycle.o")
                        .arguments("call", "exit")
                        .run()
                        .assertStatus(6);
        assertTrue(result.output().startsWith(UNTIL_THE_LAST_AT_EXIT), result::toString);
        assertEquals(llvm.version() >= 23, result.output().endsWith("destructor 101\n"));
    }

    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void guestCodeOpensClosesAndOpensAgain(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String once =
                """
                library opens
                %1$s: next=%2$d
                %1$s: again the same: 1
                %1$s: update 0
                %1$s: close 0
                library closes
                %1$s: last close 0
                %1$s: one too many -1
                %1$s: error 1
                """;
        withRuntime(llvm, line, runtime)
                .inputs("jit_dlfcn.o")
                .dylib("library")
                .inputs("jit_library.o")
                .run()
                .assertStatus(4)
                .assertOutput(
                        """
                        missing: 0
                        error of another thread: (none)
                        error: no dylib is registered as 'missing'
                        error again: (none)
                        """
                                + once.formatted("first", 11)
                                + once.formatted("second", 12));
    }

    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aDependencyIsClosedWithTheProgram(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("jit_uses_library.o")
                .options("-llibrary")
                .dylib("library")
                .inputs("jit_library.o")
                .run()
                .assertStatus(11)
                .assertOutput("library opens\nprogram opens\nprogram closes\nlibrary closes\n");
    }
}
