package dev.orcinus.tests.macho;

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

/** Tests of clang-repl that compiles for macOS; the session is the README's. */
final class MachOReplTest {
    @TempDir Path directory;

    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS_MACH_O)
    void aClassStaticObjectsAnExceptionAndUndo(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        String input =
                """
                extern "C" int printf(const char *, ...);
                struct Ship { const char *name; Ship(const char *n) : name(n) { printf("%s arrives\\n", name); } ~Ship() { printf("%s leaves\\n", name); } };
                Ship first("first");
                int twice(int n) { if (n > 40) throw n; return 2 * n; }
                printf("twice %d\\n", twice(20));
                try { twice(41); } catch (int n) { printf("caught %d\\n", n); }
                Ship wrong("wrong");
                %undo
                double wrong = 2.5;
                printf("wrong is now %.1f\\n", wrong);
                %quit
                """;
        SessionResult result =
                new ClangRepl(llvm, line, runtime, directory).run(input).assertStatus(0);
        assertEquals(
                List.of(
                        "first arrives",
                        "twice 40",
                        "caught 41",
                        "wrong arrives",
                        "wrong is now 2.5",
                        "first leaves"),
                ClangRepl.lines(result),
                result::toString);
    }
}
