package dev.orcinus.tests.gdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.GuestProcess;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.jit.CompiledObject;
import dev.orcinus.tests.jit.ForkedJvm;
import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests with GDB attached to the executor's guest process. The guest ({@code debugged.c}) calls
 * {@code orcinus_look} until the file exists that its argument names.
 */
final class DebuggerTest {
    private static final int GUEST_STATUS = 17;
    private static final Pattern FRAME =
            Pattern.compile("\n#\\d+ +0x\\w+ in orcinus_wait \\(path=");

    @TempDir Path directory;

    @ClientTest(lines = Line.TCP)
    void itShowsNamesAndBreaksInGuestCode(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        String jitlink = llvm.tool("llvm-jitlink");
        try (ListeningExecutor executor = new ListeningExecutor(directory);
                Program client = Program.start(directory, client(jitlink, executor))) {
            executor.awaitOutput("waiting\n");
            try (Program gdb =
                    gdb(
                            executor,
                            "thread apply all bt",
                            "break orcinus_look",
                            "continue",
                            "bt",
                            "finish")) {
                String output = attached(gdb.finish());
                assertTrue(output.contains("hit Breakpoint 1, orcinus_look (path="), output);
                assertTrue(output.contains(" in main (argc=1, argv="), output);
                assertTrue(output.contains("Value returned is $1 = 0"), output);
                assertEquals(2, FRAME.matcher(output).results().count(), output);
            }
            assertEndsWell(executor, client);
        }
    }

    @ClientTest(lines = Line.TCP)
    void itBreaksInCodeThatComesLater(Llvm llvm, Line line)
            throws IOException, InterruptedException {
        String jitlink = llvm.tool("llvm-jitlink");
        try (ListeningExecutor executor = new ListeningExecutor(directory);
                Program gdb =
                        gdb(
                                executor,
                                "set breakpoint pending on",
                                "break orcinus_wait",
                                "continue",
                                "bt")) {
            gdb.awaitOutput("Breakpoint 1 (orcinus_wait) pending.");
            try (Program client = Program.start(directory, client(jitlink, executor))) {
                String output = attached(gdb.finish());
                assertTrue(output.contains("orcinus_wait (path="), output);
                assertTrue(output.contains(" in main (argc=1, argv="), output);
                assertEndsWell(executor, client);
            }
        }
    }

    /** Our own loader links the program into the JVM; it ends as soon as GDB continues it. */
    @Test
    void itBreaksInCodeThatOurLoaderLinks() throws IOException, InterruptedException {
        Path go = Files.createFile(go());
        String object = Fixtures.get("debugged.o").toString();
        List<String> command = new ArrayList<>(List.of(findGdb(), "-nx", "-batch"));
        Stream.of(
                        "handle SIGSEGV nostop noprint pass",
                        "set pagination off",
                        "set breakpoint pending on",
                        "break orcinus_look",
                        "run",
                        "bt",
                        "delete",
                        "continue")
                .forEach(line -> execute(command, line));
        command.add("--args");
        command.addAll(ExecutorCommand.of("run", "--in-jvm", object, "--", go.toString()));
        try (Program gdb = Program.start(directory, command)) {
            String output = attached(gdb.finish());
            assertTrue(output.contains("hit Breakpoint 1, orcinus_look (path="), output);
            assertTrue(output.contains("orcinus_wait (path="), output);
            assertTrue(output.contains("exited with code 021"), output);
        }
    }

    private static final String OUTER =
            """
            extern "C" int outer(int depth, int (*visit)(int)) {
                int seen = visit(depth);
                return 2 * seen;
            }
            """;

    /** It has no debug info. The inner function waits until the outer test has seen it. */
    private static final String MIDDLE =
            """
            #include <stdio.h>
            #include <unistd.h>
            extern "C" {
            __attribute__((noinline)) int inner(int n) {
                if (WAITS) {
                    printf("process %d\\n", getpid());
                    fflush(stdout);
                    sleep(300);
                }
                return n + 1;
            }
            int middle(int n) { return inner(n) + 1; }
            }
            """;

    private List<String> bothSides(String where, boolean waits)
            throws IOException, InterruptedException {
        Path outer = CompiledObject.compile(directory, "outer", OUTER, "-O0");
        Path middle =
                CompiledObject.compile(directory, "middle", MIDDLE, "-g0", "-DWAITS=" + waits);
        List<String> command =
                new ArrayList<>(
                        ForkedJvm.command(
                                BothSides.class, where, outer.toString(), middle.toString()));
        command.addAll(1, List.of("-Dorcinus.gdb=true", "-XX:+PreserveFramePointer"));
        return command;
    }

    /** Requires frames of these functions in this order, with others between them. */
    private static void assertFrames(String output, String... functions) {
        String between = "(?s).*#\\d+ [^\\n]*\\b";
        assertTrue(
                Pattern.matches(
                        between + String.join("\\b" + between, functions) + "\\b.*", output),
                output);
    }

    @Test
    void itGoesThroughJavaInThisProcess() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(findGdb(), "-nx", "-batch"));
        Stream.of(
                        "handle SIGSEGV nostop noprint pass",
                        "set pagination off",
                        "set style enabled off",
                        "set breakpoint pending on",
                        "break inner",
                        "run",
                        "bt",
                        "delete",
                        "continue")
                .forEach(line -> execute(command, line));
        command.add("--args");
        command.addAll(bothSides("in-process", false));
        try (Program gdb = Program.start(directory, command)) {
            String output = attached(gdb.finish(Duration.ofMinutes(2)));
            assertFrames(
                    output,
                    "inner",
                    "middle",
                    "orcinus.call",
                    "java",
                    "orcinus.callback",
                    "outer \\(depth=20, [^\\n]*outer.cpp:2",
                    "orcinus.call",
                    "java",
                    "JavaMain");
            assertTrue(output.contains("\n44\n"), output);
        }
    }

    @Test
    void itGoesThroughCallsOfJavaInAProcessOfItsOwn() throws IOException, InterruptedException {
        String gdb = findGdb();
        try (Program java = Program.start(directory, bothSides("isolated", true))) {
            java.awaitOutput("process ");
            java.awaitOutput("\n");
            String guest = java.output().replaceAll("(?s).*process (\\d+).*", "$1");
            List<String> command = new ArrayList<>(List.of(gdb, "-nx", "-batch"));
            command.addAll(List.of("/proc/" + guest + "/exe", "-p", guest));
            Stream.of("set pagination off", "set style enabled off", "bt", "detach")
                    .forEach(line -> execute(command, line));
            try (Program attached = Program.start(directory, command)) {
                assertFrames(
                        attached(attached.finish(Duration.ofMinutes(2))),
                        "sleep",
                        "inner",
                        "middle",
                        "orcinus.call",
                        "orcinus_guest_upcall",
                        "orcinus.callback",
                        "outer \\(depth=20, [^\\n]*outer.cpp:2",
                        "orcinus.call",
                        "orcinus_guest_thread");
            }
        }
    }

    private List<String> client(String jitlink, ListeningExecutor executor) {
        return List.of(
                jitlink,
                "-oop-executor-connect=127.0.0.1:" + executor.address().getPort(),
                Fixtures.get("debugged.o").toString(),
                "-args",
                go().toString());
    }

    private Path go() {
        return directory.resolve("go");
    }

    /** Lets the guest continue, and requires that all end well. */
    private void assertEndsWell(ListeningExecutor executor, Program client)
            throws IOException, InterruptedException {
        Files.createFile(go());
        Finished left = client.finish();
        assertEquals(GUEST_STATUS, left.status(), left::toString);
        Finished end = executor.finish();
        assertEquals(0, end.status(), end::toString);
    }

    /** Starts gdb. It reads the guest's program from /proc, because it may be in memory only. */
    private Program gdb(ListeningExecutor executor, String... commands)
            throws InterruptedException {
        long guest = GuestProcess.of(executor.pid());
        List<String> command = new ArrayList<>(List.of(findGdb(), "-nx", "-batch"));
        command.addAll(List.of("/proc/" + guest + "/exe", "-p", Long.toString(guest)));
        execute(command, "set pagination off");
        Stream.of(commands).forEach(line -> execute(command, line));
        Stream.of("delete", "detach").forEach(line -> execute(command, line));
        return Program.start(directory, command);
    }

    private static void execute(List<String> command, String line) {
        command.add("-ex");
        command.add(line);
    }

    private static String findGdb() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "gdb"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(DebuggerTest::skip);
    }

    private static String skip() {
        assumeTrue(false, "gdb is not here; the package gdb has it");
        return "";
    }

    private static String attached(Finished gdb) {
        assumeFalse(
                gdb.errors().contains("Operation not permitted"),
                "this machine does not let gdb attach to a process");
        return gdb.output() + gdb.errors();
    }
}
