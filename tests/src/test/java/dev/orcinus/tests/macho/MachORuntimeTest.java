package dev.orcinus.tests.macho;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests of Mach-O programs that are linked with our archive. */
final class MachORuntimeTest {
    @TempDir Path directory;

    private JitLink withRuntime(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        return new JitLink(llvm, line, directory).orcRuntime(runtime);
    }

    @ClientTest(runtimes = OrcRuntime.ORCINUS_MACH_O)
    void constructorsAndDestructors(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/initializers.o")
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
                        destructor function
                        destroy second
                        destroy first
                        """);
    }

    @ClientTest(runtimes = OrcRuntime.ORCINUS_MACH_O)
    void exceptions(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/exceptions.o")
                .run()
                .assertStatus(2)
                .assertOutput("unwound\ncaught failure 9\nunwound\ncaught 5\n");
    }

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void exceptionsBetweenObjects(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/catcher.o", "macho-controllers/thrower.o")
                .run()
                .assertStatus(21)
                .assertOutput("caught from another object\n");
    }

    private static final String MISSING =
            """
            missing: 0
            error: no dylib is registered as 'missing'
            error again: (none)
            """;

    /** Variables have their first values at each opening, except local ones that are zero. */
    private static String opened(String when, int calls) {
        return """
               library opens: number 10, hundreds 0, calls %2$d
               %1$s: next 111
               %1$s: next 212
               %1$s: again the same: 1
               %1$s: update 0
               %1$s: close 0
               library closes: number 12, hundreds 200, calls %3$d
               %1$s: last close 0
               %1$s: one too many -1
               %1$s: error 1
               """
                .formatted(when, calls, calls + 2);
    }

    /** LLVM 19 has no {@code dlupdate}. */
    @ClientTest(from = 20, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void guestCodeOpensClosesAndOpensAgain(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/dlfcn.o")
                .dylib("library")
                .inputs("macho-controllers/library.o")
                .run()
                .assertStatus(4)
                .assertOutput(
                        MISSING
                                + opened("first", 0)
                                + opened("second", 2)
                                + "library opens: number 10, hundreds 0, calls 4\n"
                                + "missing symbol: 0\n"
                                + "library closes: number 10, hundreds 0, calls 4\n");
    }

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void anInitializerOpensAnotherDylib(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/nested.o")
                .dylib("library")
                .inputs("macho-controllers/library.o")
                .run()
                .assertStatus(111)
                .assertOutput(
                        """
                        nested opens
                        library opens: number 10, hundreds 0, calls 0
                        nested closes
                        library closes: number 11, hundreds 100, calls 1
                        """);
    }

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void aDependencyIsClosedWithTheProgram(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/uses_library.o")
                .options("-llibrary")
                .dylib("library")
                .inputs("macho-controllers/library.o")
                .run()
                .assertStatus(111)
                .assertOutput(
                        """
                        library opens: number 10, hundreds 0, calls 0
                        program opens
                        program closes
                        library closes: number 11, hundreds 100, calls 1
                        """);
    }

    @ClientTest(runtimes = OrcRuntime.ORCINUS_MACH_O)
    void threadLocalsOfTwoObjects(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs(
                        "macho-controllers/threadlocals.o",
                        "macho-controllers/threadlocals_other.o")
                .run()
                .assertStatus(5)
                .assertOutput(
                        "destroy counter 31\n".repeat(4)
                                + "good=5 still=6\n"
                                + "destroy counter 31\n");
    }

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void aThreadLocalsFunctionKeepsRegisters(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/registers.o")
                .run()
                .assertStatus(3)
                .assertOutput("first 0, second 0\n");
    }

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void aMemberOfAnArchive(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .inputs("macho-controllers/archive_main.o", "macho-controllers/libanswer.a")
                .run()
                .assertStatus(42);
    }

    @ClientTest(lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void debugInformation(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .options("-debugger-support")
                .inputs("macho-controllers/debugged.o")
                .run()
                .assertStatus(17)
                .assertOutput("debugged\n");
    }

    @ClientTest(from = 20, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void functionsAreLinkedWhenTheyAreCalled(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        withRuntime(llvm, line, runtime)
                .options("-lazy")
                .inputs("macho-controllers/lazy.o")
                .run()
                .assertStatus(20)
                .assertOutput("caught 20\n");
    }
}
