package dev.orcinus.tests.arm64;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds commands that start Orcinus in an AArch64 JVM, under qemu-user. */
public final class Arm64Jvm {
    static final Path ROOT = Path.of(System.getProperty("orcinus.root"));
    static final Path OBJECTS = ROOT.resolve("tests/fixtures/aarch64");
    private static final String MAIN = "dev.orcinus.cli/dev.orcinus.cli.Main";

    private Arm64Jvm() {}

    private static Path java() {
        Path home = Path.of(System.getProperty("user.home"), ".cache/orcinus/arm64-jdk");
        Path java =
                Optional.ofNullable(System.getenv("ORCINUS_ARM64_JDK"))
                        .map(Path::of)
                        .orElse(home)
                        .resolve("bin/java");
        assumeTrue(
                Files.isExecutable(java),
                "no AArch64 JDK is here; tests/arm64/install.sh installs one");
        return java;
    }

    private static List<String> command(String nativeAccess, List<String> more) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java().toString(),
                                "-Xint",
                                "-XX:+UseSerialGC",
                                "-XX:-UsePerfData",
                                "--enable-native-access=" + nativeAccess,
                                "-p",
                                System.getProperty("jdk.module.path"),
                                "--add-modules",
                                "dev.orcinus.platform.linux,dev.orcinus.loader"));
        command.addAll(more);
        return command;
    }

    /** Returns the command {@code orcinus} with arguments. */
    public static List<String> orcinus(String... arguments) {
        List<String> more = new ArrayList<>(List.of("-m", MAIN));
        more.addAll(List.of(arguments));
        return command("dev.orcinus.bindings", more);
    }

    /** Returns the command that runs a test's own program. */
    public static List<String> program(Class<?> main, String... arguments) {
        Path classes = ROOT.resolve("tests/target/test-classes");
        List<String> more = new ArrayList<>(List.of("-cp", classes.toString(), main.getName()));
        more.addAll(List.of(arguments));
        return command("dev.orcinus.bindings,ALL-UNNAMED", more);
    }

    /** Returns a script in {@code directory} that is an executor, whatever its arguments. */
    static Path executor(Path directory) throws IOException {
        return executor(directory, "");
    }

    /** Returns such a script for an executor that presents a target; empty for its own. */
    static Path executor(Path directory, String triple) throws IOException {
        Path script = directory.resolve("executor");
        String quoted = String.join("' '", orcinus());
        Files.writeString(
                script, "#!/bin/sh\nORCINUS_TRIPLE=" + triple + " exec '" + quoted + "' \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
