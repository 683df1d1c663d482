package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one launch, whose launcher is a shell. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class RehearsedLaunchTest {
    private static final Map<String, String> VARIABLES = Map.of("PATH", "/usr/bin:/bin");

    @TempDir private Path directory;

    private static void run(String script, long mostMillis) throws Exception {
        List<String> command = List.of("/bin/sh", "-c", script);
        new RehearsedLaunch(command, false).run(VARIABLES, mostMillis);
    }

    /** The daemon's own would make another launch of it than that of a user. */
    @Test
    void aLauncherHasTheGivenVariablesOnly() throws Exception {
        Path file = directory.resolve("variables");
        run("cat /proc/$$/environ > '" + file + "'", TimeUnit.SECONDS.toMillis(50));
        assertEquals("PATH=/usr/bin:/bin\0", Files.readString(file));
    }

    @Test
    void aLauncherThatDoesNotEndIsKilled() throws Exception {
        String name = directory.toString();
        String script = ": " + name + "; for i in $(seq 300); do sleep 0.1; done";
        assertEquals(
                List.of("/bin/sh", "-c", script) + " has not ended",
                assertThrows(IOException.class, () -> run(script, 1)).getMessage());
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            if (child.info().commandLine().orElse("").contains(name)) {
                child.onExit().get(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aProgramReadsNothing() throws Exception {
        Path file = directory.resolve("input");
        run("cat > '" + file + "'", TimeUnit.SECONDS.toMillis(50));
        assertEquals("", Files.readString(file));
    }
}
