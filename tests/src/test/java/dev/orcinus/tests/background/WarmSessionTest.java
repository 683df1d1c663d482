package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import dev.orcinus.tests.process.TerminalDriver;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a session which a controller of LLVM starts through the launcher, and which the daemon
 * serves, says and does what one with a JVM of its own says and does.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
final class WarmSessionTest {
    /** Its arguments begin with the first one that the user gives to llvm-jitlink. */
    private static final String PROGRAM =
            """
            #include <dirent.h>
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/resource.h>
            #include <sys/stat.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                char folder[4096];
                struct rlimit files;
                struct sigaction action;
                getrlimit(RLIMIT_NOFILE, &files);
                for (int i = 0; i < argc; i++) printf("[%s]", argv[i]);
                printf("\\n%s %o %s %ld\\n", getcwd(folder, sizeof folder), umask(0),
                       getenv("MARK") ? getenv("MARK") : "-", (long) files.rlim_cur);
                printf("%s %s\\n", getenv("GLIBC_TUNABLES") ? "tunables" : "-",
                       getenv("LD_PRELOAD") ? "preload" : "-");
                for (int signal = 1; signal < 32; signal++) {
                    if (!sigaction(signal, 0, &action) && action.sa_handler == SIG_IGN) printf("ignored %d\\n", signal);
                }
                for (int fd = 0; fd < 100; fd++) {
                    char name[32], target[256];
                    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
                    ssize_t length = readlink(name, target, sizeof target - 1);
                    if (length > 0) {
                        target[length] = 0;
                        target[strcspn(target, ":")] = 0;
                        printf("%d %s\\n", fd, target);
                    }
                }
                fflush(stdout);
                if (argc > 0 && !strcmp(argv[0], "crash")) *(volatile int *) 8 = 1;
                if (argc > 0 && !strcmp(argv[0], "abort")) abort();
                if (argc > 0 && !strcmp(argv[0], "exit")) exit(9);
                if (argc > 0 && !strcmp(argv[0], "wait")) for (;;) pause();
                return argc > 1 ? atoi(argv[1]) : 7;
            }
            """;

    /** Commands of a shell, in which {@code $J} is llvm-jitlink with its executor. */
    private static final List<String> COMMANDS =
            List.of(
                    "$J a.o",
                    "$J a.o -args x 5",
                    "MARK=mine $J a.o",
                    "umask 027; $J a.o",
                    "mkdir -p sub && cd sub && $J ../a.o",
                    "ulimit -n 300; $J a.o",
                    "trap '' HUP USR1; $J a.o",
                    "$J a.o -args crash",
                    "$J a.o -args abort",
                    "$J a.o -args exit");

    private static final List<String> LINES =
            List.of(
                    "extern \"C\" int puts(const char *); extern \"C\" int fflush(void *); int k = 0;",
                    "void say(bool ok) { puts(ok ? \"good\" : \"bad\"); fflush(0); }",
                    "k = 7;",
                    "k = 8; *(volatile int *) 8 = 1;",
                    "say(k == 7);",
                    "%quit");

    private static final String ENDED =
            "orcinus: the process of this session has been ended from outside, and guest code with"
                    + " it\n";

    private static final int MOST_BEGINNINGS = 100;

    private static final int ENOUGH_BEGINNINGS = 20;

    private static final long LONGEST_BEGINNING_MILLIS = 10_000;

    /** What a pipe holds. */
    private static final int PIPE_BYTES = 1 << 16;

    /** Within this time a crash has been noticed. */
    private static final long TELLING_MILLIS = 1000;

    private static final Duration MANY = Duration.ofMinutes(8);

    @TempDir private Path directory;
    private BackgroundHome home;
    private ProcessHandle daemon;
    private Path cold;
    private Path warm;

    /** How many launches the daemon has served, when that was last asked. */
    private int served;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(directory.resolve("a.c"), PROGRAM);
        shell("cc -w -c -fPIC a.c -o a.o");
        assumeTrue(Files.exists(directory.resolve("a.o")), "no C compiler");
        home = new BackgroundHome(directory);
        daemon = home.start();
        cold = executor("cold", home.command().getLast() + " --cold");
        warm = executor("warm", BackgroundHome.launcher().toString());
    }

    @AfterEach
    void end() {
        if (home != null) {
            home.close();
        }
    }

    /** Writes an executor that notes the status of another one. */
    private Path executor(String name, String command) throws IOException {
        String status = directory.resolve("status").toString();
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + command + " \"$@\"\necho $? >" + status + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Finished shell(String script, String... variables) throws InterruptedException {
        try (Program program = Program.start(directory, command(script, variables))) {
            return program.finish();
        }
    }

    /**
     * Who runs the tests in the background of a script ignores SIGINT, which a session inherits.
     */
    private List<String> command(String script, String... variables) {
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/env", "--default-signal=INT", "-u", "CI"));
        if (home != null) {
            command.add("XDG_RUNTIME_DIR=" + home.folder());
        }
        command.add("P=" + BackgroundHome.launcher());
        command.add("ORCINUS_DAEMON=on");
        command.addAll(List.of(variables));
        command.addAll(List.of("/bin/sh", "-c", script));
        return command;
    }

    /** Returns what was said, and the statuses of controller and executor. */
    private String said(String script, String controller) throws Exception {
        Path status = directory.resolve("status");
        Files.deleteIfExists(status);
        Finished end = shell(script, "J=" + controller);
        Program.await(() -> Files.exists(status) && Files.size(status) > 1, "the executor's end");
        return end.status()
                + "\n"
                + Files.readString(status)
                + end.output()
                + "---\n"
                + end.errors().replaceAll("0x7[0-9a-f]{8,}", "somewhere");
    }

    /** Does the same until the daemon has served it: one that is busy is not waited for. */
    private String saidWarm(String script, String controller) throws Exception {
        int before = served;
        String said;
        do {
            said = said(script, controller);
            served = home.served();
        } while (served == before);
        return said;
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 20, 23})
    void aSessionOfJitLinkIsAsWithAJvmOfItsOwn(int version) throws Exception {
        String tool = new Llvm(version).tool("llvm-jitlink") + " -oop-executor=";
        for (String command : COMMANDS) {
            assertEquals(said(command, tool + cold), saidWarm(command, tool + warm), command);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {22, 23})
    void aCrashInASessionOfClangReplIsUndone(int version) throws Exception {
        Path runtime = directory.resolve("runtime.a");
        assertEquals(0, home.run("runtime", "-o", runtime.toString()).status());
        Files.write(directory.resolve("lines"), LINES);
        String options = " --orc-runtime=" + runtime + " --oop-executor=";
        String tool = new Llvm(version).tool("clang-repl") + options;
        String expected = said("$J <lines", tool + cold);
        assertTrue(expected.contains("good") && expected.contains("before this line"), expected);
        assertEquals(expected, saidWarm("$J <lines", tool + warm));
    }

    /** Keys of the terminal reach what runs, and nothing else of the session. */
    @Test
    void guestCodeHasTheTerminal() throws Exception {
        Path driver = TerminalDriver.compile(directory);
        Path runtime = directory.resolve("runtime.a");
        assertEquals(0, home.run("runtime", "-o", runtime.toString()).status());
        String tool = new Llvm(23).tool("clang-repl");
        List<String> command = command("exec \"$@\"");
        command.addAll(List.of("sh", driver.toString()));
        command.addAll(
                List.of(
                        "extern \"C\" int puts(const char *); extern \"C\" int usleep(unsigned);\\n",
                        "extern \"C\" int fflush(void *); extern \"C\" int getchar(); int k = 0;\\n",
                        "void say(bool ok) { puts(ok ? \"go\" \"od\" : \"ba\" \"d\"); fflush(0); }\\n",
                        "void work() { k++; puts(\"rea\" \"dy\"); fflush(0); for (int i = 0; i < 100; i++)"
                                + " usleep(50000); say(true); }\\n",
                        "k = 7;\\n",
                        "work();\\n",
                        "ready",
                        "^C",
                        "the guest was interrupted: the state is as before this line",
                        "say(k == 7);\\n",
                        "good",
                        "void read() { puts(\"wai\" \"ting\"); fflush(0); k = getchar();"
                                + " puts(\"ta\" \"ken\"); fflush(0); }\\n",
                        "read();\\n",
                        "waiting",
                        "A\\n",
                        "taken",
                        "say(k == 65);\\n",
                        "good",
                        "work();\\n",
                        "ready",
                        "^Z",
                        "[stopped 20]",
                        "good",
                        "%quit\\n",
                        "--",
                        tool,
                        "--oop-executor=" + warm,
                        "--orc-runtime=" + runtime));
        int before = home.served();
        do {
            try (Program terminal = Program.start(directory, command)) {
                Finished end = terminal.finish();
                assertEquals(0, end.status(), end::toString);
                assertTrue(end.output().contains("[exit 0]"), end::toString);
            }
        } while (home.served() == before);
    }

    /** One that has would keep its user from unmounting what is there. */
    @Test
    void noThreadThatIsKeptHasTheFolderOfASession() throws Exception {
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=$P ../a.o";
        shell("mkdir sub; cd sub; for i in 1 2 3 4 5 6 7 8 9; do " + tool + " >&2 & done; wait");
        List<String> folders = foldersOfIdleThreads();
        assertFalse(folders.isEmpty());
        assertEquals(Set.of("/"), Set.copyOf(folders));
    }

    private List<String> foldersOfIdleThreads() throws IOException {
        List<String> folders = new ArrayList<>();
        Path threads = Path.of("/proc", Long.toString(daemon.pid()), "task");
        try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : all.toList()) {
                try {
                    String folder = Files.readSymbolicLink(thread.resolve("cwd")).toString();
                    if (Files.readString(thread.resolve("comm")).equals("orcinus idle\n")) {
                        folders.add(folder);
                    }
                } catch (NoSuchFileException ended) {
                    // after the list was made
                }
            }
        }
        return folders;
    }

    @Test
    void fiftySessionsAtOnce() throws Exception {
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=$P a.o -args x ";
        String script =
                "i=0; pids=; while [ $i -lt 50 ]; do "
                        + tool
                        + "$i >out$i & pids=\"$pids $!\"; i=$((i + 1)); done; i=0; for pid in $pids; do"
                        + " wait $pid; [ $? = $i ] || echo failed $i; grep -qF \"[$i]\" out$i || echo"
                        + " wrong $i; i=$((i + 1)); done";
        try (Program program = Program.start(directory, command(script))) {
            Finished all = program.finish(MANY);
            assertEquals("", all.output(), all::toString);
            assertEquals("", all.errors(), all::toString);
        }
        assertTrue(home.served() > 0, "the daemon has served some");
    }

    /** What the daemon has no descriptors for gets a JVM, before it has lost anything. */
    @Test
    void moreSessionsThanItHasDescriptorsForAreCold() throws Exception {
        assertEquals(0, home.run("stop").status());
        Finished start = home.shell("ulimit -n 270 || exit; \"$@\"", "background");
        assertEquals(0, start.status(), start::toString);
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=" + warm;
        try (Program _ = startSession();
                Program _ = startSession();
                Program _ = startSession()) {
            int before = home.served();
            assertTrue(said("$J a.o -args x 8", tool).startsWith("8\n0\n"));
            assertEquals(before, home.served());
        }
    }

    /** Starts a controller whose lines come from a pipe, until the daemon serves its session. */
    private Program startRepl(Path lines, Path runtime) throws Exception {
        shell("[ -p lines ] || mkfifo lines");
        String tool = new Llvm(23).tool("clang-repl");
        String script =
                "exec 3<>lines; exec "
                        + tool
                        + " --oop-executor=$P --orc-runtime="
                        + runtime
                        + " <&3 3<&-";
        while (true) {
            Program repl = Program.start(directory, command(script));
            Files.writeString(
                    lines,
                    """
                    extern "C" int puts(const char *); extern "C" int fflush(void *); int k = 7;
                    void say(const char *text) { puts(text); fflush(0); }
                    say("be" "gins");
                    """);
            repl.awaitOutput("begins");
            if (home.served() > 0) {
                return repl;
            }
            repl.close();
        }
    }

    @Test
    void aDaemonThatStopsServesItsSessionWhileAnotherOneStarts() throws Exception {
        Path runtime = directory.resolve("runtime.a");
        assertEquals(0, home.run("runtime", "-o", runtime.toString()).status());
        Path lines = directory.resolve("lines");
        try (Program repl = startRepl(lines, runtime)) {
            Finished stop = home.run("stop");
            assertTrue(stop.errors().contains("ends after what it serves (1)"), stop::toString);
            Program.await(
                    () -> home.content().stream().noneMatch(file -> file.endsWith("launch")),
                    "its socket is removed");
            assertEquals(0, home.run("background").status());
            assertEquals(2, home.run("status").output().lines().count());
            Files.writeString(lines, "say(k == 7 ? \"go\" \"od\" : \"bad\");\n%quit\n");
            Finished end = repl.finish();
            assertEquals(0, end.status(), end::toString);
            assertTrue(end.output().contains("good"), end::toString);
        }
        Program.await(() -> !daemon.isAlive(), "the daemon that was stopped ends");
        assertTrue(home.daemon().orElseThrow().isAlive(), "the other one goes on");
        assertEquals(0, home.run("stop").status());
        home.awaitNothing();
    }

    /** Starts sessions that nobody speaks to, until the daemon serves one. */
    private Program startSession() throws Exception {
        shell("[ -p in ] || mkfifo in out");
        while (true) {
            Program program =
                    Program.start(directory, command("exec 3<>in 4<>out; exec $P filedescs=3,4"));
            Program.await(
                    () -> hasMailbox(program.pid()) || !children(program.pid()).isEmpty(),
                    "an executor");
            if (hasMailbox(program.pid())) {
                Program.await(() -> !children(program.pid()).isEmpty(), "a guest");
                return program;
            }
            program.close();
        }
    }

    /** Returns whether a process is one that the daemon serves; a JVM has the mailboxes, too. */
    private static boolean hasMailbox(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        return Files.readString(process.resolve("maps")).contains("orcinus-mailbox")
                && !Files.readSymbolicLink(process.resolve("exe")).endsWith("java");
    }

    private static List<ProcessHandle> children(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::descendants).orElse(Stream.of()).toList();
    }

    private static boolean haveEnded(List<ProcessHandle> processes) {
        return processes.stream().noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aSessionWhoseDaemonIsKilledEndsAndTheNextOneIsCold() throws Exception {
        try (Program program = startSession()) {
            List<ProcessHandle> guests = children(program.pid());
            daemon.destroyForcibly();
            Finished end = program.finish();
            assertEquals(1, end.status(), end::toString);
            assertEquals("orcinus: the process that served this one has ended\n", end.errors());
            Program.await(() -> haveEnded(guests), "the guests have ended");
        }
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=" + warm;
        assertTrue(said("$J a.o -args x 8", tool).startsWith("8\n0\n"));
        home.awaitDaemon();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL", "INT"})
    void ofASessionWhoseProcessIsKilledNothingIsLeft(String signal) throws Exception {
        try (Program program = startSession()) {
            List<ProcessHandle> guests = children(program.pid());
            shell("kill -" + signal + " " + program.pid());
            Finished end = program.finish();
            int number = signal.equals("TERM") ? 15 : signal.equals("KILL") ? 9 : 2;
            assertEquals(128 + number, end.status(), end::toString);
            assertEquals(ENDED, end.errors());
            Program.await(() -> haveEnded(guests), "the guests have ended");
        }
        awaitIdle();
    }

    /** Nothing but its end is said, and that once, of whatever step of the beginning it hits. */
    @Test
    void aSessionWhoseProcessIsKilledWhileItBeginsSaysThatOnly() throws Exception {
        shell("mkfifo in out");
        int served = 0;
        for (int i = 0; isBeginningDue(i, served); i++) {
            Path errors = directory.resolve("errors" + i); // a pipe is read until the end only
            String script = "exec 3<>in 4<>out 2>" + errors + "; exec $P filedescs=3,4";
            try (Program program = Program.start(directory, command(script))) {
                Thread.sleep(millisOfBeginning(i));
                boolean isServed = hasMailbox(program.pid());
                ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroyForcibly);
                assertEquals(128 + 9, program.finish().status());
                if (isServed) {
                    Program.await(() -> Files.size(errors) > 0, "its end is said");
                    served++;
                }
            }
        }
        assertTrue(served > 0, "none is served");
        awaitIdle();
        for (int i = 0; Files.exists(directory.resolve("errors" + i)); i++) {
            String said = Files.readString(directory.resolve("errors" + i));
            assertTrue(said.isEmpty() || said.equals(ENDED), said);
        }
    }

    private static boolean isBeginningDue(int number, int served) {
        return number < MOST_BEGINNINGS
                ? served < ENOUGH_BEGINNINGS
                : served == 0 && millisOfBeginning(number) < LONGEST_BEGINNING_MILLIS;
    }

    /** Returns times in small steps, and then longer ones for a machine that is slow or busy. */
    private static long millisOfBeginning(int number) {
        return number < MOST_BEGINNINGS
                ? number / 2
                : (long) (MOST_BEGINNINGS / 2 * Math.pow(1.2, number - MOST_BEGINNINGS));
    }

    private void awaitIdle() throws Exception {
        Program.await(
                () -> home.run("status").output().contains(" 0 running"),
                "the daemon serves nobody");
    }

    @Test
    void ofAControllerThatIsKilledNothingIsLeft() throws Exception {
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=$P a.o -args wait";
        int before = home.served();
        do {
            try (Program program = Program.start(directory, command("exec " + tool))) {
                program.awaitOutput("[wait]");
                List<ProcessHandle> processes = children(program.pid());
                shell("kill -KILL " + program.pid());
                Program.await(() -> haveEnded(processes), "executor and guest have ended");
            }
        } while (home.served() == before);
    }

    /** What is said of the crash waits for room; the end of the process does not wait for that. */
    @Test
    void aFullStandardErrorKeepsNoSession() throws Exception {
        shell("mkfifo full");
        Path full = directory.resolve("full");
        String command = BackgroundHome.launcher() + " \"$@\" 2>" + full;
        Path quiet = directory.resolve("quiet");
        Files.writeString(quiet, "#!/bin/sh\nexec " + command + "\n");
        Files.setPosixFilePermissions(quiet, PosixFilePermissions.fromString("rwx------"));
        String tool = new Llvm(20).tool("llvm-jitlink") + " -oop-executor=" + quiet + " a.o -args ";
        try (RandomAccessFile unread = new RandomAccessFile(full.toFile(), "rw")) {
            unread.write(new byte[PIPE_BYTES]);
            boolean isServed = false;
            while (!isServed) {
                try (Program program =
                        Program.start(directory, command("exec " + tool + "crash"))) {
                    program.awaitOutput("[crash]");
                    long executor = onlyChild(program.pid());
                    isServed = hasMailbox(executor);
                    Thread.sleep(TELLING_MILLIS);
                    shell("kill -KILL " + executor);
                    assertNotEquals(0, program.finish().status());
                }
            }
        }
        awaitIdle();
    }

    private static long onlyChild(long pid) {
        return ProcessHandle.of(pid).orElseThrow().children().findFirst().orElseThrow().pid();
    }

    /** A shell may have children when it executes the launcher in its place. */
    @Test
    void otherChildrenOfTheProcessAreLeftAlone() throws Exception {
        String script = "sleep 600 >&- 2>&- & echo $! >other; exec $P filedescs=0,1 </dev/null";
        int before = home.served();
        do {
            shell(script);
            String other = Files.readString(directory.resolve("other")).strip();
            ProcessHandle sleeping = ProcessHandle.of(Long.parseLong(other)).orElseThrow();
            assertTrue(sleeping.isAlive(), "it runs on");
            sleeping.destroyForcibly();
        } while (home.served() == before);
    }

    /** A child of such a shell that ends leaves its own children to the launcher's process. */
    @Test
    void orphansThatAreNotOfTheGuestAreLeftAlone() throws Exception {
        String script =
                "( sleep 600 <&- >&- 2>&- & echo $! >other; exec sleep 1 <&- >&- 2>&- ) &"
                        + " while ! [ -s other ]; do sleep 0.1; done;"
                        + " mkfifo hold; sleep 3 >hold & exec $P filedescs=0,1 <hold";
        int before = home.served();
        do {
            shell("rm -f other hold");
            shell(script);
            String other = Files.readString(directory.resolve("other")).strip();
            ProcessHandle sleeping = ProcessHandle.of(Long.parseLong(other)).orElseThrow();
            assertTrue(sleeping.isAlive(), "it runs on");
            sleeping.destroyForcibly();
        } while (home.served() == before);
    }

    /** They end no JVM. */
    @ParameterizedTest
    @ValueSource(strings = {"QUIT", "PIPE"})
    void aSessionSurvivesWhatAJvmSurvives(String signal) throws Exception {
        try (Program program = startSession()) {
            shell("kill -" + signal + " " + program.pid() + "; kill -TERM " + program.pid());
            assertEquals(128 + 15, program.finish().status());
        }
    }

    /** A process that is stopped does nothing at the end of its session, so it is killed. */
    @Test
    void aProcessThatIsStoppedKeepsNoSession() throws Exception {
        String script =
                "rm -f hold; mkfifo hold; sleep 600 >hold & echo $! >holder;"
                        + " exec $P filedescs=0,1 <hold";
        boolean isServed = false;
        while (!isServed) {
            try (Program program = Program.start(directory, command(script))) {
                Program.await(() -> children(program.pid()).size() > 1, "a guest");
                isServed = hasMailbox(program.pid());
                if (isServed) {
                    shell("kill -STOP " + program.pid());
                }
                shell("kill $(cat holder)");
                assertEquals(isServed ? 128 + 9 : 0, program.finish().status());
            }
        }
        awaitIdle();
    }

    /** What a session wants that needs a JVM of its own gets one. */
    @ParameterizedTest
    @ValueSource(strings = {"ORCINUS_NO_CHECKPOINTS=1", "ORCINUS_TRIPLE=x86_64-apple-macosx13"})
    void aSettingIsLeftToAJvm(String setting) throws Exception {
        assumeTrue(
                setting.startsWith("ORCINUS_NO") || System.getProperty("os.arch").equals("amd64"),
                "the target is that of x86-64");
        List<String> command = command(setting + " $P filedescs=0,1 </dev/null");
        try (Program program = Program.start(directory, command)) {
            var _ = program.finish();
        }
        assertEquals(0, home.served());
    }

    /** LLVM's controllers give descriptors of any number; others give standard streams. */
    @ParameterizedTest
    @ValueSource(ints = {0, 9})
    void itServesDescriptorsOfAnyNumber(int number) throws Exception {
        String script =
                "printf x | { exec "
                        + number
                        + "<&0; $E filedescs="
                        + number
                        + ",1 2>errors >output; echo $?; cat errors; }";
        String expected = shell(script, "E=" + home.command().getLast() + " --cold").output();
        assertTrue(expected.startsWith("1\n"), expected);
        int before = home.served();
        do {
            String ours = shell(script, "E=" + BackgroundHome.launcher()).output();
            String anyNumber = "fd \\d+";
            assertEquals(
                    expected.replaceAll(anyNumber, "fd N"), ours.replaceAll(anyNumber, "fd N"));
        } while (home.served() == before);
    }
}
