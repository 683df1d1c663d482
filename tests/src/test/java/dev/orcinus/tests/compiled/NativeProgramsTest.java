package dev.orcinus.tests.compiled;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a program of {@code orcinus run} starts, lives and ends as one that is linked
 * natively: output and status are the same.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NativeProgramsTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("orcinus.root"), "orcinus");

    @TempDir private static Path terminals;

    @TempDir private Path folder;

    static List<NativeProgram> programs() {
        return NativeProgram.all();
    }

    @BeforeAll
    static void compileDriver() throws Exception {
        ProgramComparison.compileDriver(terminals);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void runsAsNatively(NativeProgram program) throws Exception {
        new ProgramComparison(folder, terminals, Map.of()).requireSame(program, LAUNCHER);
    }
}
