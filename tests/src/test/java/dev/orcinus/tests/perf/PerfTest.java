package dev.orcinus.tests.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.ExecutorScript;
import dev.orcinus.tests.executor.GuestProcess;
import dev.orcinus.tests.jit.ForkedJvm;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of {@code -perf-support} of llvm-jitlink, and of our loader's property. */
@Timeout(180)
final class PerfTest {
    @TempDir Path folder;

    private static Stream<Llvm> versions() {
        return Llvm.ALL.stream();
    }

    private Finished run(List<String> command) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("env", "JITDUMPDIR=" + folder));
        all.addAll(command);
        try (Program program = Program.start(folder, all)) {
            return program.finish();
        }
    }

    private static void assertIsMapped(PerfFiles files, PerfFiles.Function function) {
        String line =
                "%x %x %s"
                        .formatted(function.start(), function.code().length() / 2, function.name());
        assertTrue(files.map().contains(line), () -> line + " in " + files.map());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void functionsOfAControllerAreNamed(Llvm llvm) throws Exception {
        try (ExecutorScript executor = new ExecutorScript(folder, "")) {
            Finished end =
                    run(
                            List.of(
                                    llvm.tool("llvm-jitlink"),
                                    "-perf-support",
                                    "-oop-executor=" + executor.path(),
                                    Fixtures.get("debugged.o").toString(),
                                    "-args",
                                    folder.toString()));
            assertEquals("waiting\n", end.output(), end::toString);
            assertEquals(0, executor.status(), end::toString);
            PerfFiles files = PerfFiles.read(folder);
            try {
                PerfFiles.Function main = files.function("main");
                assertIsMapped(files, main);
                assertFalse(main.code().isEmpty());
                PerfFiles.Line first = main.lines().getFirst();
                assertEquals(0, first.offset(), main::toString);
                assertTrue(first.number() > 0, main::toString);
                assertTrue(first.file().endsWith("debugged.c"), main::toString);
                for (PerfFiles.Line line : main.lines()) {
                    assertTrue(line.offset() <= main.code().length() / 2, main::toString);
                }
            } finally {
                files.delete();
            }
        }
    }

    /** llvm-jitlink registers debug objects, and tells nothing else. */
    @ParameterizedTest
    @MethodSource("versions")
    void functionsOfDebugObjectsAreInTheMap(Llvm llvm) throws Exception {
        try (ExecutorScript executor = new ExecutorScript(folder, "ORCINUS_PERF_MAP", "1");
                Program client =
                        Program.start(
                                folder,
                                List.of(
                                        llvm.tool("llvm-jitlink"),
                                        "-oop-executor=" + executor.path(),
                                        Fixtures.get("debugged.o").toString(),
                                        "-args",
                                        folder.resolve("go").toString()))) {
            client.awaitOutput("waiting");
            Path map = Path.of("/tmp/perf-" + GuestProcess.of(executor.pid()) + ".map");
            List<String> lines = Files.readAllLines(map);
            Files.delete(map);
            Files.createFile(folder.resolve("go"));
            client.finish();
            assertTrue(
                    lines.stream()
                            .anyMatch(l -> l.matches("\\p{XDigit}+ [1-9a-f]\\p{XDigit}* main")),
                    lines::toString);
        }
    }

    @Test
    void theOptionWritesTheMapOfAProgram() throws Exception {
        Path output = folder.resolve("pid");
        Program.start(
                        folder,
                        List.of(
                                "sh",
                                "-c",
                                "echo $$ >" + output + "; exec \"$0\" run --perf-map \"$1\"",
                                System.getProperty("orcinus.root") + "/orcinus",
                                Fixtures.get("arguments.o").toString()))
                .finish();
        Path map = Path.of("/tmp/perf-" + Files.readString(output).strip() + ".map");
        assertTrue(Files.readString(map).contains(" main\n"), map::toString);
        Files.delete(map);
    }

    /** Loads an object into this process. */
    static final class Loads {
        private Loads() {}

        public static void main(String[] arguments) {
            try (InProcessJit jit = Jit.inProcess()) {
                InProcessDylib dylib = jit.createDylib("perf");
                dylib.define("answer", new byte[] {(byte) 0xb8, 42, 0, 0, 0, (byte) 0xc3});
                FunctionDescriptor shape = FunctionDescriptor.of(ValueLayout.JAVA_INT);
                System.out.println(dylib.function("answer", shape).type());
            }
        }
    }

    private List<String> loads(String option) {
        List<String> command = new ArrayList<>(ForkedJvm.command(Loads.class));
        command.add(1, option);
        return command;
    }

    /** Entries between Java and the function are named as well. */
    @Test
    void functionsInThisProcessAreNamed() throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the code is for x86-64");
        Finished end = run(loads("-Dorcinus.perf=true"));
        assertEquals(0, end.status(), end::toString);
        PerfFiles files = PerfFiles.read(folder);
        try {
            PerfFiles.Function answer = files.function("answer");
            assertEquals("b82a000000c3", answer.code());
            assertIsMapped(files, answer);
            assertIsMapped(files, files.function("orcinus.call.0"));
        } finally {
            files.delete();
        }
    }

    @Test
    void thePropertyWritesTheMapOfThisProcess() throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the code is for x86-64");
        try (Program program = Program.start(folder, loads("-Dorcinus.perf.map=true"))) {
            Finished end = program.finish();
            assertEquals(0, end.status(), end::toString);
            Path map = Path.of("/tmp/perf-" + program.pid() + ".map");
            assertTrue(Files.readString(map).contains(" 6 answer\n"), map::toString);
            Files.delete(map);
        }
    }

    @Test
    void functionsOfOurLoaderAreNamed() throws Exception {
        List<String> command =
                new ArrayList<>(ExecutorCommand.of("run", Fixtures.get("arguments.o").toString()));
        command.add(1, "-Dorcinus.perf=true");
        run(command);
        PerfFiles files = PerfFiles.read(folder);
        try {
            PerfFiles.Function main = files.function("main");
            assertIsMapped(files, main);
            assertFalse(main.code().isEmpty());
        } finally {
            files.delete();
        }
    }

    /**
     * Compiles an object by its file's relative name, links it into the program of {@code run}, and
     * reads perf's files.
     */
    private PerfFiles filesOf(Path source, String... options) throws Exception {
        Path object = folder.resolve("lines.o");
        List<String> compile = new ArrayList<>(List.of("cc", "-c", "-O0"));
        compile.addAll(List.of(options));
        compile.addAll(List.of("-o", object.toString(), folder.relativize(source).toString()));
        assertEquals(0, run(compile).status());
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", object.toString()));
        command.add(1, "-Dorcinus.perf=true");
        assertEquals(42, run(command).status());
        return PerfFiles.read(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-5", "-gdwarf-4"})
    void functionsOfOurLoaderHaveTheirLines(String option) throws Exception {
        Path source =
                Files.writeString(
                        folder.resolve("lines.c"),
                        """
                        int unused(int n) { return n - 1; }
                        __attribute__((noinline)) int twice(int n) {
                            volatile int twice = n;
                            twice += n;
                            return twice;
                        }

                        int main(int count, char **arguments) {
                            volatile int sum = 40 * count;
                            sum += twice(count);
                            return sum;
                        }
                        """);
        PerfFiles files = filesOf(source, option, "-ffunction-sections");
        try {
            assertNumbers(files.function("twice"), 2, 5);
            assertNumbers(files.function("main"), 8, 11);
            for (String name : List.of("twice", "main")) {
                PerfFiles.Function function = files.function(name);
                assertEquals(0, function.lines().getFirst().offset(), function::toString);
                long before = -1;
                for (PerfFiles.Line line : function.lines()) {
                    assertEquals(source.toString(), line.file());
                    assertTrue(line.offset() > before, function::toString);
                    assertTrue(line.offset() < function.code().length() / 2, function::toString);
                    before = line.offset();
                }
            }
        } finally {
            files.delete();
        }
    }

    /** Each line has an address; the brace behind the last one may have one, too. */
    private static void assertNumbers(PerfFiles.Function function, int first, int last) {
        List<Integer> seen = function.lines().stream().map(PerfFiles.Line::number).toList();
        for (int i = first; i <= last; i++) {
            assertTrue(seen.contains(i), function::toString);
        }
        assertTrue(seen.stream().allMatch(n -> n >= first && n <= last + 1), function::toString);
    }

    @Test
    void functionsWithoutDebugInfoHaveNoLines() throws Exception {
        Path source = Files.writeString(folder.resolve("plain.c"), "int main() { return 42; }\n");
        PerfFiles files = filesOf(source);
        try {
            assertEquals(List.of(), files.function("main").lines());
        } finally {
            files.delete();
        }
    }
}
