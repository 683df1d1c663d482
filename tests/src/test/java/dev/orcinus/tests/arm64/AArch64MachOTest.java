package dev.orcinus.tests.arm64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests Mach-O code for arm64 with our runtime; under qemu-user. */
final class AArch64MachOTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String TRIPLE = "arm64-apple-macosx13";
    private static final Path OBJECTS =
            Arm64Jvm.ROOT.resolve("tests/fixtures/macho-controllers/arm64");

    @TempDir Path directory;

    private Finished run(String option, String object) throws IOException, InterruptedException {
        String archive = directory.resolve("liborcinus_rt.a").toString();
        Finished written = run(Arm64Jvm.orcinus("runtime", "--triple=" + TRIPLE, "-o", archive));
        assertEquals(0, written.status(), written::toString);
        return run(
                List.of(
                        new Llvm(23).tool("llvm-jitlink"),
                        "-oop-executor=" + Arm64Jvm.executor(directory, TRIPLE),
                        "-orc-runtime=" + archive,
                        option,
                        OBJECTS.resolve(object).toString()));
    }

    private Finished run(List<String> command) throws InterruptedException {
        try (Program program = Program.start(directory, command)) {
            return program.finish(LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-lazy=false", "-lazy"})
    void constructorsAtExitsThreadLocalsAndReentry(String lazy)
            throws IOException, InterruptedException {
        Finished end = run(lazy, "runtime.o");
        assertEquals(9, end.status(), end::toString);
        assertEquals(
                "constructor\nthread 17\nmain 6\nsum 396\nat-exit\n", end.output(), end::toString);
    }

    @Test
    void exceptions() throws IOException, InterruptedException {
        Finished end = run("-lazy=false", "exceptions.o");
        assertEquals(14, end.status(), end::toString);
        assertEquals(
                "unwound\ncaught failure\nunwound\ncaught again\n", end.output(), end::toString);
    }
}
