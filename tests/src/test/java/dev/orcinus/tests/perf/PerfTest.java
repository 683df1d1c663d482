package dev.orcinus.tests.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.ExecutorScript;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of {@code -perf-support} of llvm-jitlink, and of our loader's property. */
@Timeout(60)
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
}
