package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests C and C++ programs of several objects, by two compilers, in five code models. */
final class CompiledProgramsTest {
    @TempDir Path directory;

    static List<CompiledProgram> programs() {
        return CompiledProgram.all();
    }

    /** The program's output and status are those of the process. */
    @ParameterizedTest
    @MethodSource("programs")
    void runAsCommand(CompiledProgram program) throws InterruptedException {
        Finished end = orcinusRun(program);
        assertEquals(
                program.expected(), end.output() + "status " + end.status() + "\n", end::toString);
        assertEquals("", end.errors());
    }

    private Finished orcinusRun(CompiledProgram program) throws InterruptedException {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run"));
        program.objects().forEach(object -> command.add(object.toString()));
        try (Program run = Program.start(directory, command)) {
            return run.finish();
        }
    }

    /** Runs all in one process, each freed before the next, twice, to see that nothing is left. */
    @Test
    void inProcess() throws InterruptedException {
        List<CompiledProgram> twice = new ArrayList<>(CompiledProgram.all());
        twice.addAll(CompiledProgram.all());
        assertRun(List.of(), twice);
    }

    @Test
    void inAnExecutorOfOurs() throws InterruptedException {
        assertRun(ExecutorCommand.of(), oneOfEach());
    }

    /** Each object can lie anywhere there, so all calls between objects go through stubs. */
    @ParameterizedTest
    @ValueSource(ints = {19, 22, 23})
    void inAnExecutorOfLlvm(int version) throws InterruptedException {
        List<CompiledProgram> programs =
                CompiledProgram.reachingFar().stream().filter(p -> !usesTls(p)).toList();
        assertRun(List.of(new Llvm(version).tool("llvm-jitlink-executor")), programs);
    }

    /** Returns whether a program has thread-locals, for which LLVM's executors have no call. */
    private static boolean usesTls(CompiledProgram program) {
        return program.toString().startsWith("once/") || program.toString().startsWith("threads/");
    }

    private static List<CompiledProgram> oneOfEach() {
        return CompiledProgram.reachingFar().stream()
                .filter(program -> program.toString().endsWith("pic-O2"))
                .toList();
    }

    private void assertRun(List<String> executor, List<CompiledProgram> programs)
            throws InterruptedException {
        assertFalse(programs.isEmpty(), "there are no programs");
        StringBuilder expected = new StringBuilder();
        for (CompiledProgram program : programs) {
            expected.append("== ").append(program).append('\n').append(program.expected());
        }
        try (Program run = Program.start(directory, ForkedRunner.command(executor, programs))) {
            Finished end = run.finish();
            assertEquals(expected.toString(), end.output(), end::toString);
            assertEquals(0, end.status(), end::toString);
        }
    }

    @Test
    void codeThatIsNotPicCannotUseVariablesOfLibraries() throws InterruptedException {
        Fixtures.get("programs");
        Finished end = orcinusRun(CompiledProgram.NEEDS_COPIES);
        assertEquals(1, end.status(), end::toString);
        assertTrue(end.errors().contains("_ZSt4cout ("), end::toString);
        assertTrue(end.errors().contains("code compiled with -fPIE or -fPIC"), end::toString);
    }

    /** Checks the manifest that {@code build.sh} writes. */
    @Test
    void theObjectsAreThoseOfTheSources() throws IOException, NoSuchAlgorithmException {
        Path folder = Fixtures.FOLDER.resolve("programs");
        List<String> expected = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (!name.equals("build.sh") && !name.equals("SHA256SUMS")) {
                    expected.add(sha256(file) + "  " + name);
                }
            }
        }
        List<String> manifest = Files.readAllLines(folder.resolve("SHA256SUMS"));
        assertEquals(new TreeSet<>(expected), new TreeSet<>(manifest), "run build.sh");
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    }
}
