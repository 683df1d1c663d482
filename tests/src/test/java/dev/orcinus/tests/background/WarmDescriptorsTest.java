package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a daemon keeps nothing open of the programs that it has served, but the files of a
 * limited number of linked programs.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
final class WarmDescriptorsTest {
    private static final int RUNS = 3;
    private static final int AT_ONCE = 4;
    private static final int MOST_RUNS = 20;
    private static final int HELLO_STATUS = 42;

    /** What {@code DescriptorLimit} keeps for a launch. */
    private static final int OF_A_LAUNCH = 23;

    /** Without what is open for a moment only. */
    private static final int LEAST_OF_A_LAUNCH = 17;

    private static final String KEPT_PROGRAM = ".program (deleted)";

    /** A file that all sessions need, which stays when one has needed it. */
    private static final String OF_ALL = "/memfd:orcinus-cxx";

    private static final Pattern RUNNING = Pattern.compile(" (\\d+) running");

    private static final String PROGRAM =
            """
            #include <stdio.h>
            #include <stdlib.h>
            int main(int argc, char **argv) {
                fprintf(stdout, "%d\\n", argc);
                fflush(stdout);
                if (argc > 2) abort();
                if (argc > 1) for (volatile int i = 0; ; i++) {}
                return 7;
            }
            """;

    @TempDir private Path directory;
    private BackgroundHome home;
    private ProcessHandle daemon;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(directory.resolve("a.c"), PROGRAM);
        shell("cc -c -fPIC a.c -o a.o");
        shell("cc -c -fno-pic -fno-pie -mcmodel=small a.c -o fixed.o");
        Files.writeString(directory.resolve("bad.o"), "no object\n");
        Files.writeString(directory.resolve("arguments"), "a.o");
        assumeTrue(Files.exists(directory.resolve("a.o")), "no C compiler");
        home = new BackgroundHome(directory);
        daemon = home.start();
    }

    @AfterEach
    void end() {
        if (home != null) {
            home.close();
        }
    }

    private Finished shell(String script) throws InterruptedException {
        try (Program program = Program.start(directory, command(script))) {
            return program.finish();
        }
    }

    private List<String> command(String script) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-u", "CI"));
        if (home != null) {
            command.add("XDG_RUNTIME_DIR=" + home.folder());
        }
        command.add("P=" + BackgroundHome.launcher());
        command.addAll(List.of("ORCINUS_DAEMON=on", "/bin/sh", "-c", script));
        return command;
    }

    /** Returns what the daemon's descriptors stand for. */
    private List<String> targets() throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(daemon.pid()), "fd"))) {
            for (Path each : all.toList()) {
                try {
                    targets.add(Files.readSymbolicLink(each).toString());
                } catch (NoSuchFileException closed) {
                    // between the two calls
                }
            }
        }
        return targets;
    }

    /** Returns those that no JVM opens for itself, and that do not stay for other sessions. */
    private List<String> open() throws IOException {
        return targets().stream()
                .filter(WarmDescriptorsTest::isOfPrograms)
                .map(target -> target.replaceAll("\\d+", ""))
                .sorted()
                .toList();
    }

    private static boolean isOfPrograms(String target) {
        boolean hasNoFile =
                !target.startsWith("/")
                        || target.startsWith("/memfd:")
                        || target.endsWith(" (deleted)");
        return hasNoFile && !target.endsWith(KEPT_PROGRAM) && !target.startsWith(OF_ALL);
    }

    private int count() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(daemon.pid()), "fd"))) {
            return (int) all.count();
        }
    }

    private int running() throws InterruptedException {
        Matcher line = RUNNING.matcher(home.run("status").output());
        assertTrue(line.find(), "the daemon says how many run");
        return Integer.parseInt(line.group(1));
    }

    /** Launches for which there are too few descriptors are refused by this number. */
    @Test
    void sessionsHaveAsManyOpenAsAreKeptForThem() throws Exception {
        assumeTrue(new Llvm(20).isInstalled(), "no LLVM 20");
        shell("$P filedescs=0,1 </dev/null >/dev/null 2>&1");
        Program.await(() -> running() == 0, "the session ends");
        int before = count();
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=$P a.o -args 1 2";
        String script =
                "i=0; while [ $i -lt %d ]; do %s >out$i & i=$((i + 1)); done; wait"
                        .formatted(AT_ONCE, tool);
        try (Program _ = Program.start(directory, command(script))) {
            for (int i = 0; i < AT_ONCE; i++) {
                Path out = directory.resolve("out" + i);
                Program.await(() -> Files.exists(out) && Files.size(out) > 0, "it runs");
            }
            int running;
            int held;
            do {
                running = running();
                held = count() - before;
            } while (running != running()); // one has ended meanwhile
            assertTrue(running > 0, "none is served");
            assertTrue(held <= OF_A_LAUNCH * running, held + " of " + running);
            assertTrue(held >= LEAST_OF_A_LAUNCH * running, held + " of " + running);
        }
    }

    private long kept() throws IOException {
        return targets().stream().filter(target -> target.endsWith(KEPT_PROGRAM)).count();
    }

    /** A start that the busy daemon does not answer in time has a JVM of its own. */
    @Test
    @EnabledOnOs(architectures = "amd64")
    void itKeepsAFileOfAProgramThatItLinksASecondTime() throws Exception {
        long before = kept();
        String run = "$P run " + BackgroundHome.hello();
        for (int i = 0; i < MOST_RUNS && kept() == before; i++) {
            assertEquals(HELLO_STATUS, shell(run).status());
        }
        assertEquals(before + 1, kept());
        for (int i = 0; i < RUNS; i++) {
            assertEquals(HELLO_STATUS, shell(run).status());
        }
        assertEquals(before + 1, kept());
    }

    private void requireNothingKept(String kind, String script) throws Exception {
        shell(script);
        int before = home.served();
        for (int i = 0; i < RUNS; i++) {
            shell(script);
        }
        for (int i = 0; i < MOST_RUNS && home.served() == before; i++) {
            shell(script); // a daemon that is busy is not waited for
        }
        assertTrue(home.served() > before, () -> kind + ": none is served");
    }

    @Test
    void itKeepsNothingOpen() throws Exception {
        shell("$P run a.o");
        Program.await(
                () -> open().stream().noneMatch(file -> file.startsWith("/memfd:")),
                "the first program is let go");
        List<String> before = open();
        requireNothingKept("plain", "$P run a.o");
        requireNothingKept("a response file", "$P run @arguments -- 2>&1");
        requireNothingKept("a second start", "$P run fixed.o");
        requireNothingKept("no object", "$P run bad.o");
        requireNothingKept("a crash", "$P run a.o -- 1 2");
        requireNothingKept(
                "killed",
                "$P run a.o -- 1 >out & while ! [ -s out ]; do sleep 0.1; done; kill -9 $!; rm out");
        requireNothingKept("a session", "$P filedescs=0,1 </dev/null >/dev/null 2>&1");
        shell("mkfifo line");
        requireNothingKept(
                "a session that is killed",
                "$P filedescs=3,1 3<>line >out & while ! [ -s out ]; do sleep 0.1; done; kill -9 $!;"
                        + " rm out");
        if (new Llvm(20).isInstalled()) {
            String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=$P a.o";
            requireNothingKept("a session with code", tool);
            requireNothingKept("a crash in a session", tool + " -args 1 2 3");
        }
        Program.await(() -> open().size() <= before.size(), "from " + before + " to " + open());
    }
}
