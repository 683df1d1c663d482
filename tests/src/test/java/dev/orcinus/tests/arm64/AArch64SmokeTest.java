package dev.orcinus.tests.arm64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the executor on another processor: {@code llvm-jitlink} links an AArch64 object, and an
 * AArch64 JVM under qemu-user runs it.
 */
final class AArch64SmokeTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<Integer> VERSIONS = List.of(19, 20, 22, 23);

    @TempDir Path directory;

    @Test
    void anAArch64ProgramRunsUnderQemu() throws IOException, InterruptedException {
        Path executor = Arm64Jvm.executor(directory);
        List<String> command =
                List.of(
                        jitlink().tool("llvm-jitlink"),
                        "-oop-executor=" + executor,
                        Arm64Jvm.OBJECTS.resolve("hello.o").toString(),
                        "-args",
                        "x",
                        "y");
        try (Program client = Program.start(directory, command)) {
            Finished end = client.finish(LIMIT);
            assertEquals(42, end.status(), end::toString);
            assertEquals("hello from aarch64\nx\ny\n", end.output(), end::toString);
        }
    }

    private static Llvm jitlink() {
        Optional<Llvm> llvm =
                VERSIONS.stream().map(Llvm::new).filter(Llvm::isInstalled).findFirst();
        assumeTrue(
                llvm.isPresent(), "no llvm-jitlink is here; tests/llvm/install.sh 20 installs one");
        return llvm.get();
    }
}
