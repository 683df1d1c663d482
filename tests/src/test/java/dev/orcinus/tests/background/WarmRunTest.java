package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
 * Tests that a start which the daemon serves says and does what one with a JVM of its own says and
 * does, and what becomes of it when the daemon ends.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
final class WarmRunTest {
    private static final String PROGRAM =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/stat.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                char folder[4096];
                for (int i = 0; i < argc; i++) printf("[%s]", argv[i]);
                printf("\\n%s %o %s\\n", getcwd(folder, sizeof folder), umask(0),
                       getenv("MARK") ? getenv("MARK") : "-");
                fflush(stdout);
                if (argc > 1 && !strcmp(argv[1], "crash")) *(volatile int *) 8 = 1;
                if (argc > 1 && !strcmp(argv[1], "wait")) getchar();
                if (argc > 1 && !strcmp(argv[1], "descriptors")) execlp("ls", "ls", "/proc/self/fd", NULL);
                return argc > 2 ? atoi(argv[2]) : 7;
            }
            """;

    /** Commands of a shell, in which {@code $P} is the command before {@code run}. */
    private static final List<String> COMMANDS =
            List.of(
                    "$P run a.o",
                    "$P run a.o -- x 5",
                    "$P run a.o -- 'a b' ''",
                    "MARK=mine $P run a.o",
                    "umask 027; $P run a.o",
                    "cd sub && $P run ../a.o",
                    "$P run a.o -- descriptors 3</dev/null 17</dev/null",
                    "$P run missing.o",
                    "$P run",
                    "$P run --unknown",
                    "$P run bad.o",
                    "$P run undefined.o",
                    "$P run fixed.o -- x 9",
                    "$P run --name=/x/program a.o",
                    "$P run -L sub -la -u main",
                    "$P run -L sub -lmissing a.o",
                    "$P run sub/thin.a -u main",
                    "$P run @arguments -- z",
                    "$P run --entry missing a.o",
                    "$P run --in-jvm a.o",
                    "$P run --connect unix:/missing a.o",
                    "env -i $P run a.o",
                    "GLIBC_TUNABLES=glibc.malloc.check=0 $P run a.o",
                    "ulimit -n 100; $P run a.o",
                    "ulimit -S -n 20; $P run a.o -- descriptors",
                    "exec 5<a.o; $P run /dev/fd/5",
                    "exec 5<a.o; ln -s /proc/self/fd/5 own.o; $P run own.o; rm own.o",
                    "exec 5<a.o; echo /dev/fd/5 >own; $P run @own; rm own",
                    "exec 5<a.o; echo 'INPUT(/dev/fd/5)' >own; $P run own; rm own",
                    "exec 5<a.o; cd /dev; $P run fd/5",
                    "mkdir d; echo 'INPUT(./own d/../own a.o)' >own; $P run own; rm -r d own",
                    "JAVA_TOOL_OPTIONS=-Dx=y $P run a.o",
                    "_JAVA_OPTIONS=-Dx=y $P run a.o",
                    "JDK_JAVA_OPTIONS=-Dx=y $P run a.o",
                    "$P run a.o >&-",
                    "$P run undefined.o 2>&-");

    /** A limit for a hundred starts, each of which may need a JVM on a busy machine. */
    private static final Duration MANY = Duration.ofMinutes(8);

    private static final int MOST_ROUNDS = 3;
    private static final int MOST_STARTS = 20;
    private static final int LARGE_FUNCTIONS = 3000;
    private static final int LARGE_OBJECTS = 1000;

    /** A step of a link, and a look at the daemon's state on a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private BackgroundHome home;
    private ProcessHandle daemon;

    @BeforeEach
    void start() throws Exception {
        compile("a", PROGRAM, "-fPIC");
        home = new BackgroundHome(directory);
        daemon = home.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (home != null) {
            home.close();
        }
    }

    private void compile(String name, String text, String option) throws Exception {
        Path source = Files.writeString(directory.resolve(name + ".c"), text);
        shell("cc -w -c " + option + " " + source.getFileName() + " -o " + name + ".o", "");
        assumeTrue(Files.exists(directory.resolve(name + ".o")), "no C compiler");
    }

    private Finished shell(String script, String before) throws InterruptedException {
        try (Program program = Program.start(directory, command(script, before))) {
            return program.finish();
        }
    }

    /** Returns a shell that has {@code $P} and this user's folder. */
    private List<String> command(String script, String before) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-u", "CI"));
        if (home != null) {
            command.add("XDG_RUNTIME_DIR=" + home.folder());
        }
        command.addAll(List.of("ORCINUS_DAEMON=on", "P=" + before, "/bin/sh", "-c", script));
        return command;
    }

    private Finished warm(String script) throws InterruptedException {
        return shell(script, BackgroundHome.launcher().toString());
    }

    @Test
    void itSaysAndDoesWhatAJvmOfItsOwnDoes() throws Exception {
        compile("fixed", PROGRAM, "-fno-pic");
        compile("undefined", "int missing(void); int main() { return missing(); }", "-fPIC");
        Files.writeString(directory.resolve("bad.o"), "no object\n");
        Files.writeString(directory.resolve("arguments"), "a.o");
        shell("mkdir sub && ar rcs sub/liba.a a.o && cd sub && ar rcsT thin.a ../a.o", "");
        String script = home.command().getLast();
        int most = COMMANDS.size() / 2;
        for (int i = 0; i < MOST_ROUNDS && home.served() < most; i++) { // it may be busy
            for (String command : COMMANDS) {
                Finished expected = shell(command, script + " --cold");
                Finished ours = warm(command);
                assertEquals(said(expected), said(ours), command);
            }
        }
        assertTrue(home.served() >= most, () -> "most are served");
    }

    /** The program is linked once, recorded, and taken as it has been recorded. */
    @ParameterizedTest
    @ValueSource(strings = {"-fPIC", "-fno-pic"})
    void aPreloadedLibraryCountsBeforeANamedOneInEachStart(String option) throws Exception {
        for (int i = 1; i <= 2; i++) {
            compile("of" + i, "int number = " + i + "; int one(void) { return number; }", "-fPIC");
            shell("cc -shared of%1$d.o -o lib%1$d.so".formatted(i), "");
        }
        String use = "#include <stdio.h>\nextern int number; int one(void);";
        compile("use", use + "int main(void) { printf(\"%d %d\\n\", one(), number); }", option);
        shell("sleep 3", ""); // what has just changed is not kept
        for (int i = 0; i < 3 || (i < MOST_STARTS && home.served() == 0); i++) {
            Finished end = warm("export LD_PRELOAD=./lib2.so; $P run use.o lib1.so");
            assertEquals("2 2\n", end.output(), end::toString);
        }
        assertEquals("1 1\n", warm("$P run use.o lib1.so").output());
        assertTrue(home.served() > 0, "none was served");
    }

    /** As a daemon, which leaves its parent. */
    @Test
    void aChildThatALibraryForksBeforeMainIsTheProgram() throws Exception {
        compileForking("-fPIC", "");
        assertEquals("41\n3\n", outputOfBoth());
    }

    /** The process starts with a library that code without PIC refers to. */
    @Test
    void aChildThatALibraryOfTheStartForksIsTheProgram() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the assembly is for x86-64");
        compileForking("-fno-pic", "asm(\"movl $count, %%eax\" ::: \"rax\");");
        assertEquals("41\n3\n", outputOfBoth());
    }

    @Test
    void aChildThatAPreloadedLibraryForksBeforeTheProgramIsLinkedEnds() throws Exception {
        compileForking("-fPIC", "");
        compile("alone", "int main(void) { return 5; }", "-fPIC");
        assertEquals(
                "orcinus: a library has forked before the program was linked: its child ends\n3\n",
                warm("{ LD_PRELOAD=./liblast.so $P run alone.o; echo $? >status; } 2>&1 |"
                                + " cat; cat status")
                        .output());
    }

    /** Returns what parent and child have written when both have ended, and the parent's status. */
    private String outputOfBoth() throws InterruptedException {
        return warm("{ $P run forks.o -L. -llast; echo $? >status; } 2>&1 | cat; cat status")
                .output();
    }

    private void compileForking(String option, String use) throws Exception {
        Files.writeString(
                directory.resolve("last.c"),
                """
                #include <unistd.h>
                int count = 40;
                __attribute__((constructor)) static void begin(void) {
                    if (fork()) _exit(3);
                    count++;
                }
                """);
        shell("cc -shared -fPIC last.c -o liblast.so", "");
        compile(
                "forks",
                """
                #include <stdio.h>
                extern int count;
                int main(void) { %s printf("%%d\\n", count); return 5; }
                """
                        .formatted(use),
                option);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$P run a.o </dev/null",
                "ORCINUS_LLVM_ROOTS=/nowhere $P run a.o",
                "setpriv --no-new-privs $P run a.o"
            })
    void whoIsConfinedIsNotServed(String command) throws Exception {
        boolean isConfined = command.startsWith("setpriv");
        if (isConfined) {
            assumeTrue(shell("setpriv --no-new-privs true", "").status() == 0, "no setpriv");
        }
        do { // a daemon that is busy is not waited for
            assertEquals(7, warm(command).status());
        } while (!isConfined && home.served() == 0);
        assertEquals(isConfined ? 0 : 1, home.served());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", "2>&-", "<&- 2>&-"})
    void aClosedStandardStreamIsClosedInTheProgram(String closed) throws Exception {
        String listed = " a.o -- descriptors " + closed;
        shell("cc -w a.c -o native", "");
        Finished expected = shell("bash -c 'exec -a a.o ./native descriptors " + closed + "'", "");
        String cold = home.command().getLast() + " --cold";
        assertEquals(said(expected), said(shell("$P run" + listed, cold)));
        assertEquals(said(expected), said(warm("$P run" + listed)));
    }

    private static String said(Finished end) {
        return end.status() + "\n" + end.output() + "---\n" + end.errors();
    }

    @Test
    void itsProcessIsTheOneThatTheUserHasStarted() throws Exception {
        Finished run = warm("$P run a.o -- wait 5 </dev/null & wait $!; echo $?");
        assertTrue(run.output().endsWith("\n5\n"), run::toString);
        Finished crash = warm("$P run a.o -- crash");
        assertEquals(128 + 11, crash.status(), crash::toString);
        assertTrue(crash.errors().contains("main"), crash::toString);
    }

    @Test
    void aProgramThatRunsDoesNotNeedTheDaemon() throws Exception {
        List<String> command =
                command(
                        "(sleep 2; echo) | $P run a.o -- wait 6",
                        BackgroundHome.launcher().toString());
        try (Program program = Program.start(directory, command)) {
            program.awaitOutput("[wait]");
            daemon.destroyForcibly();
            assertEquals(6, program.finish().status());
        }
    }

    /** The object is a pipe to which nobody writes, so the daemon waits for it. */
    @Test
    void aProgramThatIsBeingLinkedEndsWithTheDaemonAndTheNextStartIsCold() throws Exception {
        shell("mkfifo pipe.o", "");
        try (Program program = startLinking("pipe.o")) {
            daemon.destroyForcibly();
            Finished end = program.finish();
            assertEquals(1, end.status(), end::toString);
            assertEquals("orcinus: the process that served this one has ended\n", end.errors());
        }
        Finished next = warm("$P run a.o -- x 8");
        assertEquals(8, next.status(), next::toString);
        home.awaitDaemon();
    }

    /** Who reads what the launcher writes waits for all who could write it. */
    @Test
    void ofALauncherThatEndsWhileItsProgramIsBeingLinkedNothingIsKeptOrSaid() throws Exception {
        shell("mkfifo pipe.o", "");
        try (Program program = startLinking("pipe.o")) {
            shell("kill -TERM " + program.pid(), "");
            Finished end = program.finish();
            assertEquals(128 + 15, end.status(), end::toString);
            assertEquals("", end.errors());
        }
        shell("exec 3<>pipe.o; cat a.o >&3", "");
        assertEquals(3, warm("$P run a.o -- x 3").status());
    }

    /** Starts programs until one is linked by the daemon: one that is busy is not waited for. */
    private Program startLinking(String input) throws Exception {
        List<String> command =
                command("exec $P run " + input, BackgroundHome.launcher().toString());
        while (true) {
            Program program = Program.start(directory, command);
            Program.await(
                    () -> !mailboxes(program.pid()).isEmpty(), "the launcher has become a guest");
            if (!Collections.disjoint(mailboxes(program.pid()), mailboxes(daemon.pid()))) {
                return program;
            }
            program.close();
        }
    }

    /** Returns the numbers of the files of a process by which a guest is linked. */
    private static Set<String> mailboxes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps")).stream()
                .filter(line -> line.contains("orcinus-mailbox"))
                .map(line -> line.split("\\s+", -1)[4])
                .collect(Collectors.toSet());
    }

    @Test
    void whoIsStoppedIsNotWaitedFor() throws Exception {
        shell("kill -STOP " + daemon.pid(), "");
        try {
            Finished run = warm("$P run a.o -- x 4");
            assertEquals(4, run.status(), run::toString);
        } finally {
            shell("kill -CONT " + daemon.pid(), "");
        }
        assertEquals(3, warm("$P run a.o -- x 3").status());
    }

    @Test
    void ofManyStartsAtOnceNoneFails() throws Exception {
        String script =
                "i=0; while [ $i -lt 100 ]; do $P run a.o -- x $((i % 50)) >out.$i & "
                        + "pids=\"$pids $!\"; i=$((i + 1)); done; i=0; for pid in $pids; do "
                        + "wait $pid; [ $? = $((i % 50)) ] || echo failed $i; i=$((i + 1)); done";
        List<String> command = command(script, BackgroundHome.launcher().toString());
        try (Program program = Program.start(directory, command)) {
            Finished all = program.finish(MANY);
            assertEquals("", all.output(), all::toString);
            assertEquals("", all.errors(), all::toString);
        }
    }

    /** A link of a thousand objects, which takes minutes, of which nobody waits for the result. */
    @Test
    void theLinkOfALauncherThatIsKilledEnds() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LARGE_FUNCTIONS; i++) {
            text.append("static int f%d(int x) { return x + %d; }%n".formatted(i, i));
        }
        text.append("static int (*const table[])(int) __attribute__((used)) = {");
        for (int i = 0; i < LARGE_FUNCTIONS; i++) {
            text.append("f%d,".formatted(i));
        }
        compile("large", text.append("};").toString(), "-fPIC -ffunction-sections");
        StringBuilder names = new StringBuilder("a.o\n");
        for (int i = 0; i < LARGE_OBJECTS; i++) {
            Path link = directory.resolve("large" + i + ".o");
            Files.createLink(link, directory.resolve("large.o"));
            names.append(link.getFileName()).append('\n');
        }
        Files.writeString(directory.resolve("many"), names);
        try (Program program = startLinking("@many")) {
            shell("kill -KILL " + program.pid(), "");
            long killed = System.nanoTime();
            Program.await(
                    () -> home.run("status").output().contains(" 0 running"), "the link ends");
            Duration took = Duration.ofNanos(System.nanoTime() - killed);
            assertTrue(took.compareTo(SOON) < 0, () -> "it has run on for " + took);
        }
    }
}
