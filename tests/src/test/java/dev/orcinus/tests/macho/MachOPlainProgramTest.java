package dev.orcinus.tests.macho;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests of Mach-O programs without an ORC runtime. */
final class MachOPlainProgramTest {
    @TempDir Path directory;

    private JitLink jitLink(Llvm llvm, Line line) {
        return new JitLink(llvm, line, directory).target(OrcRuntime.MACOS);
    }

    /** The program uses names that only Darwin has, for {@code stdout} and {@code errno}. */
    @ClientTest
    void argumentsOutputAndNamesOfDarwin(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        jitLink(llvm, line)
                .inputs("macho-controllers/hello.o")
                .arguments("one", "two")
                .run()
                .assertStatus(7)
                .assertOutput("hello, 2 arguments, errno 5\none\n");
    }

    /** LLVM 19 registers no unwind info of Mach-O objects, neither in its own process. */
    @ClientTest(from = 20)
    void exceptions(Llvm llvm, Line line) throws IOException, InterruptedException {
        jitLink(llvm, line)
                .inputs("macho-controllers/exceptions.o")
                .run()
                .assertStatus(2)
                .assertOutput("unwound\ncaught failure 9\nunwound\ncaught 5\n");
    }

    @ClientTest(from = 20, lines = Line.PIPES)
    void exceptionsBetweenObjects(Llvm llvm, Line line) throws IOException, InterruptedException {
        jitLink(llvm, line)
                .inputs("macho-controllers/catcher.o", "macho-controllers/thrower.o")
                .run()
                .assertStatus(21)
                .assertOutput("caught from another object\n");
    }

    @ClientTest(lines = Line.PIPES)
    void aMemberOfAnArchive(Llvm llvm, Line line) throws IOException, InterruptedException {
        jitLink(llvm, line)
                .inputs("macho-controllers/archive_main.o", "macho-controllers/libanswer.a")
                .run()
                .assertStatus(42);
    }

    @ClientTest(lines = Line.PIPES)
    void debugInformation(Llvm llvm, Line line) throws IOException, InterruptedException {
        jitLink(llvm, line)
                .options("-debugger-support")
                .inputs("macho-controllers/debugged.o")
                .run()
                .assertStatus(17)
                .assertOutput("debugged\n");
    }
}
