package dev.orcinus.tests.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.executor.ExecutorScript;
import dev.orcinus.tests.executor.Leftovers;
import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import dev.orcinus.tests.process.TerminalDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of clang-repl as a job in a terminal. Guest code has the terminal while it runs, as a job
 * of a shell has it: clang-repl itself ends when it gets the interrupt key's signal.
 */
final class TerminalTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String CODE =
            """
            extern "C" int puts(const char *); extern "C" int usleep(unsigned); extern "C" int fflush(void *);\\n
            extern "C" int getchar(); extern "C" int system(const char *); int k = 0;\\n
            void say(bool ok) { puts(ok ? "go" "od" : "ba" "d"); fflush(0); }\\n
            void work() { k++; puts("rea" "dy"); fflush(0); for (int i = 0; i < 100; i++) usleep(50000); say(true); }\\n
            """;

    private static final String QUIT = "%quit\\n";

    @TempDir private static Path compiled;
    private static Path driver;

    @TempDir private Path directory;

    @BeforeAll
    static void compileDriver() throws Exception {
        driver = TerminalDriver.compile(compiled);
    }

    /** Runs steps of the driver behind {@link #CODE}, each a line or a key or an output. */
    private String run(Llvm llvm, OrcRuntime runtime, String... steps) throws Exception {
        List<String> command = new ArrayList<>(List.of(driver.toString()));
        CODE.lines().forEach(command::add);
        command.addAll(List.of(steps));
        try (ExecutorScript executor = new ExecutorScript(directory, "ORCINUS_TRIPLE", "")) {
            command.addAll(
                    List.of(
                            "--",
                            llvm.tool("clang-repl"),
                            "--oop-executor=" + executor.path(),
                            "--orc-runtime=" + runtime.archive(llvm)));
            try (Program terminal = Program.start(directory, command)) {
                Finished end = terminal.finish(LIMIT);
                assertEquals(0, end.status(), end::toString);
                Leftovers.assertNone(executor.pid());
                return end.output();
            }
        }
    }

    /** Does the same, and then has clang-repl quit, which must end with 0. */
    private String runAndQuit(Llvm llvm, OrcRuntime runtime, String... steps) throws Exception {
        String[] all = Arrays.copyOf(steps, steps.length + 1);
        all[steps.length] = QUIT;
        String output = run(llvm, runtime, all);
        assertTrue(output.contains("[exit 0]"), output);
        return output;
    }

    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void theInterruptKeyEndsTheLineOnly(Llvm llvm, Line line, OrcRuntime runtime) throws Exception {
        String output =
                runAndQuit(
                        llvm,
                        runtime,
                        "k = 7;\\n",
                        "work();\\n",
                        "ready",
                        "^C",
                        "the guest was interrupted: the state is as before this line",
                        "say(k == 7);\\n",
                        "good");
        assertFalse(output.contains("bad"), output);
    }

    /**
     * What is typed before the line waits for it may come to it together with the lines of
     * clang-repl after it, because clang-repl changes the terminal's mode for each line.
     */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void aLineReadsTheTerminal(Llvm llvm, Line line, OrcRuntime runtime) throws Exception {
        runAndQuit(
                llvm,
                runtime,
                "void read() { puts(\"rea\" \"dy\"); fflush(0); k = getchar(); puts(\"ta\" \"ken\"); fflush(0); }\\n",
                "read();\\n",
                "ready",
                "A\\n",
                "taken",
                "say(k == 65);\\n",
                "good");
    }

    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void theSuspendKeyStopsTheJobAndItGoesOn(Llvm llvm, Line line, OrcRuntime runtime)
            throws Exception {
        runAndQuit(llvm, runtime, "work();\\n", "ready", "^Z", "[stopped 20]", "good");
    }

    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void anotherKeyAfterTheJobHasGoneOn(Llvm llvm, Line line, OrcRuntime runtime) throws Exception {
        runAndQuit(
                llvm,
                runtime,
                "void forever() { puts(\"rea\" \"dy\"); fflush(0); for (;;) usleep(50000); }\\n",
                "forever();\\n",
                "ready",
                "^Z",
                "[stopped 20]",
                "int c = 5;\\n",
                "^C",
                "before this line");
    }

    /** clang-repl ends by the key if no line runs, and nothing is left of its executor. */
    @ClientTest(from = 21, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void theInterruptKeyAtThePromptIsTheControllers(Llvm llvm, Line line, OrcRuntime runtime)
            throws Exception {
        String output = run(llvm, runtime, "say(true);\\n", "good", "clang-repl>", "^C");
        assertTrue(output.contains("[signal 2]"), output);
        assertFalse(output.contains("interrupted"), output);
    }

    /** A controller that survives the key keeps its executor and the state of its session. */
    @ClientTest(from = 22, lines = Line.PIPES, runtimes = OrcRuntime.ORCINUS)
    void theKeysSignalDoesNotEndTheExecutor(Llvm llvm, Line line, OrcRuntime runtime)
            throws Exception {
        String executorsParent =
                "read -r p n s keeper x </proc/$PPID/stat; read -r p n s java x </proc/$keeper/stat;";
        runAndQuit(
                llvm,
                runtime,
                "k = 7; system(\"" + executorsParent + " kill -INT $java\");\\n",
                "say(k == 7);\\n",
                "good");
    }
}
