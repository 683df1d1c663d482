package dev.orcinus.tests.arm64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests our ORC runtime on AArch64, where thread-locals go through TLS descriptors; under
 * qemu-user.
 */
final class AArch64RuntimeTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir Path directory;

    /** With {@code -lazy}, the first call of a function has arguments in every register. */
    @ParameterizedTest
    @ValueSource(strings = {"-lazy=false", "-lazy"})
    void constructorsAtExitsThreadLocalsAndReentry(String lazy)
            throws IOException, InterruptedException {
        String archive = directory.resolve("liborcinus_rt.a").toString();
        Finished written = run(Arm64Jvm.orcinus("runtime", "-o", archive));
        assertEquals(0, written.status(), written::toString);
        Finished end =
                run(
                        List.of(
                                new Llvm(23).tool("llvm-jitlink"),
                                "-oop-executor=" + Arm64Jvm.executor(directory),
                                "-orc-runtime=" + archive,
                                lazy,
                                Arm64Jvm.OBJECTS.resolve("runtime.o").toString()));
        assertEquals(9, end.status(), end::toString);
        assertEquals(
                "constructor\nthread 16, main 5 0\nsum 408\nat-exit\n",
                end.output(),
                end::toString);
    }

    private Finished run(List<String> command) throws InterruptedException {
        try (Program program = Program.start(directory, command)) {
            return program.finish(LIMIT);
        }
    }
}
