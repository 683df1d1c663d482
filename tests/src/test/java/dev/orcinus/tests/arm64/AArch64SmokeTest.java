package dev.orcinus.tests.arm64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same executor on another architecture: {@code llvm-jitlink} links an AArch64 object, and an
 * AArch64 JVM under qemu-user runs it.
 */
final class AArch64SmokeTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<Integer> VERSIONS = List.of(19, 20, 22, 23);

    private static final Path FIXTURES =
            Path.of(System.getProperty("orcinus.root"), "tests/fixtures/aarch64");

    @TempDir Path directory;

    @Test
    void anAArch64ProgramRunsUnderQemu() throws IOException, InterruptedException {
        Path java = java();
        Path hello = FIXTURES.resolve("hello.o");
        List<String> command =
                List.of(
                        jitlink(VERSIONS).tool("llvm-jitlink"),
                        "-oop-executor=" + executor(java),
                        hello.toString(),
                        "-args",
                        "x",
                        "y");
        try (Program client = Program.start(directory, command)) {
            Finished end = client.finish(LIMIT);
            assertEquals(42, end.status(), end::toString);
            assertEquals("hello from aarch64\nx\ny\n", end.output(), end::toString);
        }
    }

    /** Thread-locals go through TLS descriptors here; with {@code -lazy}, functions are re-entered. */
    @ParameterizedTest
    @ValueSource(strings = {"-lazy=false", "-lazy"})
    void ourRuntimeRunsUnderQemu(String lazy) throws IOException, InterruptedException {
        Path executor = executor(java());
        Path archive = directory.resolve("liborcinus_rt.a");
        try (Program command =
                Program.start(
                        directory,
                        List.of(executor.toString(), "runtime", "-o", archive.toString()))) {
            assertEquals(0, command.finish(LIMIT).status());
        }
        List<String> command =
                List.of(
                        jitlink(List.of(22, 23)).tool("llvm-jitlink"),
                        "-oop-executor=" + executor,
                        "-orc-runtime=" + archive,
                        lazy,
                        FIXTURES.resolve("runtime.o").toString());
        try (Program client = Program.start(directory, command)) {
            Finished end = client.finish(LIMIT);
            assertEquals(9, end.status(), end::toString);
            assertEquals(
                    "constructor\nthread 16, main 5 0\nsum 408\nat-exit\n",
                    end.output(),
                    end::toString);
        }
    }

    private static Llvm jitlink(List<Integer> versions) {
        Optional<Llvm> llvm =
                versions.stream().map(Llvm::new).filter(Llvm::isInstalled).findFirst();
        assumeTrue(
                llvm.isPresent(), "no llvm-jitlink is here; tests/llvm/install.sh 20 installs one");
        return llvm.get();
    }

    private static Path java() {
        Path home = Path.of(System.getProperty("user.home"), ".cache/orcinus/arm64-jdk");
        Optional<Path> java =
                Stream.of(
                                Optional.ofNullable(System.getenv("ORCINUS_ARM64_JDK"))
                                        .map(Path::of)
                                        .orElse(home))
                        .map(folder -> folder.resolve("bin/java"))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeTrue(java.isPresent(), "no AArch64 JDK is here; tests/arm64/install.sh installs one");
        return java.get();
    }

    private Path executor(Path java) throws IOException {
        Path script = directory.resolve("executor");
        String text =
                """
                #!/bin/sh
                exec '%s' -Xint -XX:+UseSerialGC -XX:-UsePerfData \\
                    --enable-native-access=dev.orcinus.bindings -p '%s' \\
                    --add-modules dev.orcinus.platform.linux \\
                    -m dev.orcinus.executor/dev.orcinus.executor.cli.Main "$@"
                """
                        .formatted(java, System.getProperty("jdk.module.path"));
        Files.writeString(script, text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
