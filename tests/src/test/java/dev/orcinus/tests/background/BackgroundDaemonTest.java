package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.OtherUser;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the daemon in the background begins and ends, and what it has of who starts it. */
@EnabledOnOs(OS.LINUX)
@Timeout(240)
final class BackgroundDaemonTest {
    private static final Pattern YOUNG = Pattern.compile("(?i)def ?new .*?total (\\d+)K");
    private static final Pattern PSS = Pattern.compile("(?m)^Pss: +(\\d+) kB");
    private static final Pattern MOST_HEAP = Pattern.compile("-XX:MaxHeapSize=(\\d+)");

    /** The room of the daemon's heap, as the daemon chooses it. */
    private static final long MOST_ROOM_KIB = 768 << 10;

    private static final int PART_OF_HEAP = 4;

    /** The JVM takes whole percents, of which one is much when nearly all is free. */
    private static final int LEAST_PART = 3;

    private static final long MOST_IDLE_KIB = 80 << 10;
    private static final int TERMINAL = 4;
    private static final int SESSION = 3;
    private static final int PARENT = 1;

    @TempDir private Path directory;
    private BackgroundHome home;

    @BeforeEach
    void open() throws Exception {
        home = new BackgroundHome(directory);
    }

    @AfterEach
    void end() {
        if (home != null) {
            home.close();
        }
    }

    private static Path path(ProcessHandle process, String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private static String text(ProcessHandle process, String file) throws IOException {
        return Files.readString(path(process, file), StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns the fields of {@code stat} after the name: state, parent, group, session, terminal.
     */
    private static List<String> stat(ProcessHandle process) throws IOException {
        String stat = text(process, "stat");
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }

    private static List<String> descriptors(ProcessHandle process) throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> all = Files.list(path(process, "fd"))) {
            for (Path descriptor : all.toList()) {
                try {
                    targets.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException _) {
                    // closed meanwhile
                }
            }
        }
        return targets;
    }

    /**
     * The pipe that the command's output goes to has ended before the daemon has, or {@code shell}
     * would fail.
     */
    @Test
    void theFirstColdStartStartsOneThatHasNothingOfIts() throws Exception {
        Path held = directory.resolve("held");
        Finished cold =
                home.shell(
                        "exec 7>'" + held + "'; umask 022; \"$@\" | cat",
                        "run",
                        BackgroundHome.hello());
        assertTrue(cold.output().startsWith("Hello, "), cold::toString);
        ProcessHandle daemon = home.awaitDaemon();
        assertEquals(Path.of("/"), Files.readSymbolicLink(path(daemon, "cwd")));
        assertEquals("0", stat(daemon).get(TERMINAL));
        assertNotEquals(stat(ProcessHandle.current()).get(SESSION), stat(daemon).get(SESSION));
        assertNotEquals(Long.toString(daemon.pid()), stat(daemon).get(SESSION));
        assertNotEquals(Long.toString(ProcessHandle.current().pid()), stat(daemon).get(PARENT));
        assertTrue(text(daemon, "status").contains("Umask:\t0077"));
        assertEquals(
                text(ProcessHandle.current(), "oom_score_adj"),
                text(daemon, "oom_score_adj"),
                "what it serves ends with it, so it is no better victim than others");
        assertFalse(descriptors(daemon).contains(held.toString()), descriptors(daemon)::toString);
        List<String> names =
                new ArrayList<>(List.of("LC_ALL", "MALLOC_ARENA_MAX", "PATH", "XDG_RUNTIME_DIR"));
        for (String name : List.of("HOME", "XDG_CACHE_HOME")) {
            if (System.getenv(name) != null) {
                names.add(name);
            }
        }
        assertEquals(new TreeSet<>(names), variables(daemon));
        assertEquals(0, home.run("stop").status());
        assertFalse(daemon.isAlive());
        home.awaitNothing();
    }

    private static Set<String> variables(ProcessHandle process) throws IOException {
        Set<String> names = new TreeSet<>();
        for (String variable : text(process, "environ").split("\0", 0)) {
            names.add(variable.substring(0, variable.indexOf('=')));
        }
        return names;
    }

    @Test
    void anExecutorThatAControllerStartsStartsOne() throws Exception {
        Finished cold = home.shell("\"$@\" </dev/null | wc -c", "filedescs=0,1");
        assertTrue(Integer.parseInt(cold.output().strip()) > 0, cold::toString);
        home.awaitDaemon();
    }

    @Test
    void ofManyStartsAtOnceOneWins() throws Exception {
        List<Program> starts = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                starts.add(Program.start(directory, home.command("background")));
            }
            for (Program start : starts) {
                assertEquals(0, start.finish().status(), start::errors);
            }
        } finally {
            starts.forEach(Program::close);
        }
        assertEquals(1, home.run("status").output().lines().count());
    }

    @Test
    void itEndsWhenItIsIdle() throws Exception {
        Finished start = home.run("background", "--idle-exit", "5s");
        assertEquals(0, start.status(), start::toString);
        home.awaitNothing();
    }

    private String ask(ProcessHandle daemon, String question) throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        assumeTrue(Files.isExecutable(jcmd), "this JDK has no jcmd");
        List<String> ask = List.of(jcmd.toString(), Long.toString(daemon.pid()), question);
        try (Program asking = Program.start(directory, ask)) {
            return asking.finish().output();
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return Long.parseLong(matcher.group(1));
    }

    /** Without the room, each link of a large program would copy its objects many times. */
    @Test
    void itsHeapHasRoomForALargeLinkThatTakesNoMemory() throws Exception {
        ProcessHandle daemon = home.start();
        long heapKib = number(MOST_HEAP, ask(daemon, "VM.flags")) >> 10;
        long roomKib = Math.min(MOST_ROOM_KIB, heapKib / PART_OF_HEAP);
        long youngKib = number(YOUNG, ask(daemon, "GC.heap_info"));
        assertTrue(youngKib >= roomKib / LEAST_PART, () -> youngKib + " KiB of " + roomKib);
        long idleKib = number(PSS, text(daemon, "smaps_rollup"));
        assertTrue(idleKib <= MOST_IDLE_KIB, () -> idleKib + " KiB");
    }

    @Test
    void oneThatWasKilledIsReplaced() throws Exception {
        ProcessHandle killed = home.start();
        killed.destroyForcibly();
        Program.await(() -> !killed.isAlive(), "the daemon is killed");
        assertTrue(
                home.content().stream().anyMatch(file -> file.endsWith("launch")),
                "its socket is left");
        ProcessHandle next = home.start();
        assertNotEquals(killed.pid(), next.pid());
        assertEquals(0, home.run("stop").status());
        home.awaitNothing();
    }

    @Test
    void aProgramThatRunsNeedsItsDaemonNoMore() throws Exception {
        ProcessHandle daemon = home.start();
        Path source = directory.resolve("waits.c");
        Files.writeString(
                source,
                "#include <stdio.h>\nint main(void) { puts(\"begins\"); fflush(stdout); getchar(); return 7; }\n");
        try (Program cc = Program.start(directory, List.of("cc", "-c", "-fPIC", "waits.c"))) {
            assertEquals(0, cc.finish().status());
        }
        Finished end =
                home.shell(
                        """
                        mkfifo go out; exec 9<>go
                        { read -r line <out; kill -9 PID; while kill -0 PID 2>/dev/null; do sleep 0.01; done; echo >&9; } &
                        exec "$@" <&9 >out
                        """
                                .replace("PID", Long.toString(daemon.pid())),
                        "run",
                        directory.resolve("waits.o").toString());
        assertEquals(7, end.status(), end::toString);
        Files.delete(home.folder().resolve("go"));
        Files.delete(home.folder().resolve("out"));
    }

    @Test
    void aSignalEndsItProperly() throws Exception {
        ProcessHandle daemon = home.start();
        assertTrue(daemon.destroy());
        Program.await(() -> !daemon.isAlive(), "the daemon ends");
        home.awaitNothing();
    }

    @Test
    void withoutOneStopSaysSo() throws Exception {
        Finished stop = home.run("stop");
        assertEquals(1, stop.status());
        assertEquals("orcinus: no daemon of this user runs in the background\n", stop.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", "v", "f", "d"})
    void whoIsLimitedStartsNone(String limit) throws Exception {
        Finished start =
                home.shell("ulimit -" + limit + " 100000000 || exit; \"$@\"", "background");
        assertEquals(1, start.status(), start::toString);
        assertTrue(start.errors().contains("hard limits"), start::toString);
        assertEquals(List.of(), home.content());
    }

    @Test
    void whoHasALowPriorityStartsNone() throws Exception {
        Finished start = home.shell("nice -n 5 \"$@\"", "background");
        assertEquals(1, start.status(), start::toString);
        assertTrue(start.errors().contains("a low priority"), start::toString);
    }

    @Test
    void whoIsConfinedStartsNone() throws Exception {
        assumeTrue(home.shell("setpriv --no-new-privs true").status() == 0, "there is no setpriv");
        Finished start = home.shell("setpriv --no-new-privs \"$@\"", "background");
        assertEquals(1, start.status(), start::toString);
        assertTrue(start.errors().contains("no_new_privs"), start::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwx-----x"})
    void aFolderThatIsOpenToOthersIsNotUsed(String mode) throws Exception {
        Files.setPosixFilePermissions(home.folder(), PosixFilePermissions.fromString(mode));
        Finished start = home.run("background");
        assertEquals(1, start.status(), start::toString);
        assertTrue(start.errors().contains("is open to other users"), start::toString);
        assertEquals(List.of(), home.content());
    }

    @Test
    void otherUsersReachNoSocket() throws Exception {
        OtherUser.prefix();
        home.start();
        Path socket =
                home.content().stream()
                        .filter(file -> file.endsWith("launch"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("Permission denied", OtherUser.bytesFromSocket(socket));
    }
}
