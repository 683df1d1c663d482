package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.background.BackgroundHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a program that the daemon in the background links starts, lives and ends as one that
 * is linked natively. All programs have one daemon.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WarmProgramsTest {
    @TempDir private static Path shared;
    private static BackgroundHome home;

    @TempDir private Path folder;

    static List<NativeProgram> programs() {
        return NativeProgram.all();
    }

    @BeforeAll
    static void startDaemon() throws Exception {
        ProgramComparison.compileDriver(shared);
        home = new BackgroundHome(shared);
        home.start();
    }

    /**
     * A program that changes what a daemon cannot serve is run by a JVM of its own, as is any on a
     * machine that is so busy that the daemon does not answer soon.
     */
    @AfterAll
    static void endDaemon() throws InterruptedException {
        if (home != null) {
            try (BackgroundHome ends = home) {
                int served = ends.served();
                assertTrue(served > programs().size() / 2, () -> served + " launches");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void runsAsNatively(NativeProgram program) throws Exception {
        Map<String, String> user =
                Map.of("XDG_RUNTIME_DIR", home.folder().toString(), "ORCINUS_DAEMON", "on");
        new ProgramComparison(folder, shared, user).requireSame(program, BackgroundHome.launcher());
    }
}
