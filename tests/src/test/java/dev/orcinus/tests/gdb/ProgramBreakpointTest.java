package dev.orcinus.tests.gdb;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.background.BackgroundHome;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a program which was started in GDB stops at breakpoints in its own code, and goes on,
 * also when it is kept by the daemon in the background.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
final class ProgramBreakpointTest {
    /** The third start takes what is kept of the second. */
    private static final int STARTS = 3;

    private static final Duration ENOUGH = Duration.ofMinutes(2);
    private static final Duration STEP_OF_FILE_TIMES = Duration.ofSeconds(2);

    /** It has a library that refers to it, so it is introduced to the dynamic linker. */
    private static final String PROGRAM =
            """
            #include <iostream>
            int one_more_than(int n) { int next = n + 1; return next; }
            int main() { std::cout << "it is " << one_more_than(41) << std::endl; }
            """;

    @TempDir private Path folder;

    private void run(List<String> command) throws InterruptedException {
        try (Program program = Program.start(folder, command)) {
            Finished finished = program.finish();
            assumeTrue(finished.status() == 0, finished::toString);
        }
    }

    private List<String> commands(BackgroundHome home) {
        List<String> all = new ArrayList<>(List.of("gdb", "-q", "-nx", "-batch"));
        for (String command :
                List.of(
                        "set auto-load no",
                        "set breakpoint pending on",
                        "break one_more_than",
                        "run",
                        "bt",
                        "finish",
                        "continue")) {
            all.addAll(List.of("-ex", command));
        }
        all.add("--args");
        all.addAll(home.command("run", folder.resolve("p.o").toString(), "-lstdc++"));
        return all;
    }

    /** Returns whether a change of the object would be noticed. */
    private boolean isSettled() throws IOException {
        Instant changed = Files.getLastModifiedTime(folder.resolve("p.o")).toInstant();
        return changed.plus(STEP_OF_FILE_TIMES).isBefore(Instant.now());
    }

    @Test
    void itStopsAtABreakpointAndGoesOn() throws Exception {
        Files.writeString(folder.resolve("p.cpp"), PROGRAM);
        run(List.of("c++", "-g", "-O0", "-fPIC", "-c", "p.cpp"));
        run(List.of("gdb", "--version"));
        try (BackgroundHome home = new BackgroundHome(folder)) {
            home.start();
            Program.await(this::isSettled, "an object that has not just changed");
            int served = 0;
            while (served < STARTS) { // a daemon that is busy is not waited for
                Finished finished = debug(home);
                int before = served;
                served = home.served();
                if (served > before) {
                    assertDebugged(finished);
                }
            }
        }
    }

    private Finished debug(BackgroundHome home) throws InterruptedException {
        try (Program gdb = Program.start(folder, commands(home))) {
            return gdb.finish(ENOUGH);
        }
    }

    private static void assertDebugged(Finished finished) {
        for (String expected :
                List.of(
                        "#0  one_more_than (n=41) at p.cpp:2",
                        "in main () at p.cpp:3",
                        "Value returned is $1 = 42",
                        "it is 42",
                        "exited normally")) {
            assertTrue(finished.output().contains(expected), finished::toString);
        }
    }
}
