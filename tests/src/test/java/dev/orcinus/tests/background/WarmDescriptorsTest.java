package dev.orcinus.tests.background;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a daemon keeps nothing open of the programs that it has served. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
final class WarmDescriptorsTest {
    private static final int RUNS = 3;

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
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-u", "CI"));
        if (home != null) {
            command.add("XDG_RUNTIME_DIR=" + home.folder());
        }
        command.add("P=" + BackgroundHome.launcher());
        command.addAll(List.of("ORCINUS_DAEMON=on", "/bin/sh", "-c", script));
        try (Program program = Program.start(directory, command)) {
            return program.finish();
        }
    }

    /** Returns what the daemon's descriptors stand for that no JVM opens for itself. */
    private List<String> open() throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(daemon.pid()), "fd"))) {
            for (Path each : all.toList()) {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    if (!target.startsWith("/")
                            || target.startsWith("/memfd:")
                            || target.endsWith(" (deleted)")) {
                        open.add(target.replaceAll("\\d+", ""));
                    }
                } catch (NoSuchFileException closed) {
                    // between the two calls
                }
            }
        }
        open.sort(null);
        return open;
    }

    private void requireNothingKept(String kind, String script) throws Exception {
        shell(script);
        int before = home.served();
        for (int i = 0; i < RUNS; i++) {
            shell(script);
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
