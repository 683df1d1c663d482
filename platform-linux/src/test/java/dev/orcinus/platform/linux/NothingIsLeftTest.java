package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that nothing stays behind, in whatever order the JVM (J), the keeper (K), a guest (G) and
 * its paused copy (C) are killed: no process, so none of their files in memory, and no file. The
 * property {@code orcinus.rounds} says how often each order is tried.
 */
final class NothingIsLeftTest {
    private static final int ROUNDS = Integer.getInteger("orcinus.rounds", 2);
    private static final int ROUNDS_WITH_COPIES = 10;
    private static final long SEED = 7;
    private static final long LIMIT_MILLIS = 60_000;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"J", "K", "G", "C", "JKG", "JGK", "KJG", "KGJ", "GJK", "GKJ"})
    @Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLeft(String order) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, String> temporary = Map.of("XDG_CACHE_HOME", "", "HOME", "");
            try (ForkedJvm jvm =
                    ForkedJvm.startBy(
                            List.of(),
                            temporary,
                            directory,
                            List.of("-Djava.io.tmpdir=" + directory),
                            "guest-processes")) {
                killInOrder(order, jvm);
            }
            assertEquals(List.of("stderr", "stdout"), files());
        }
    }

    /** A copy that is being made ends with the others, whenever the JVM is killed. */
    @Test
    @Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noCopyIsLeftThatIsBeingMade() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS * ROUNDS_WITH_COPIES; i++) {
            try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "copies")) {
                jvm.awaitLine("copying");
                Thread.sleep(20, random.nextInt(1_000_000));
                kill(jvm.pid());
                awaitEndOfSession(jvm.pid());
            }
        }
    }

    private static void awaitEndOfSession(long leader) throws Exception {
        long deadline = System.currentTimeMillis() + LIMIT_MILLIS;
        while (!session(leader).isEmpty()) {
            assertTrue(
                    System.currentTimeMillis() < deadline, () -> "still there: " + session(leader));
            Thread.sleep(5);
        }
    }

    /** Returns the processes of a session. */
    private static List<Long> session(long leader) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> field(pid, "NSsid:").equals(Long.toString(leader)) && isAlive(pid))
                .toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("hsperfdata"))
                    .sorted()
                    .toList();
        }
    }

    private static void killInOrder(String order, ForkedJvm jvm) throws Exception {
        String[] words = jvm.awaitLine("guests ").split(" ", -1);
        long guest = Long.parseLong(words[1]);
        long keeper = parent(guest);
        long program = Long.parseLong(words[3]);
        assertEquals(keeper, parent(Long.parseLong(words[2])));
        assertEquals(jvm.pid(), parent(keeper));
        assertEquals("orcinus-keeper", field(keeper, "Name:"));
        assertEquals("orcinus-guest", field(guest, "Name:"));
        assertEquals(jvm.pid(), parent(program));
        List<Long> ofKeeper = children(keeper);
        assertEquals(3, ofKeeper.size(), "two guests and a copy");
        long copy = ofKeeper.stream().filter(pid -> !isNamed(words, pid)).findFirst().orElseThrow();
        for (int i = 0; i < order.length(); i++) {
            kill(
                    switch (order.charAt(i)) {
                        case 'J' -> jvm.pid();
                        case 'K' -> keeper;
                        case 'G' -> guest;
                        default -> copy;
                    });
        }
        if (!order.contains("J")) {
            assertJvmGoesOn(order, jvm, guest, keeper);
            kill(jvm.pid());
        }
        awaitEnd(keeper);
        awaitEnd(program);
        for (long pid : ofKeeper) {
            awaitEnd(pid);
        }
    }

    private static boolean isNamed(String[] words, long pid) {
        return List.of(words).contains(Long.toString(pid));
    }

    /** The JVM is told of ends, and has reaped those who have ended. */
    private static void assertJvmGoesOn(String order, ForkedJvm jvm, long guest, long keeper)
            throws Exception {
        if (!order.equals("C")) {
            assertFalse(jvm.awaitLine("ended ").isEmpty());
            awaitReaped(order.contains("K") ? keeper : guest);
        }
        assertTrue(isAlive(jvm.pid()));
    }

    private static void kill(long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor();
    }

    private static void awaitEnd(long pid) throws InterruptedException {
        long deadline = System.currentTimeMillis() + LIMIT_MILLIS;
        while (isAlive(pid)) {
            assertTrue(System.currentTimeMillis() < deadline, () -> pid + " is still there");
            Thread.sleep(5);
        }
    }

    private static void awaitReaped(long pid) throws InterruptedException {
        long deadline = System.currentTimeMillis() + LIMIT_MILLIS;
        while (!field(pid, "State:").isEmpty()) {
            assertTrue(System.currentTimeMillis() < deadline, () -> pid + " is a zombie");
            Thread.sleep(5);
        }
    }

    /** Returns whether a process runs. One that init has not reaped yet does not. */
    private static boolean isAlive(long pid) {
        String state = field(pid, "State:");
        return !state.isEmpty() && !state.startsWith("Z") && !state.startsWith("X");
    }

    private static long parent(long pid) {
        return Long.parseLong(field(pid, "PPid:"));
    }

    private static List<Long> children(long pid) throws IOException {
        Path file = Path.of("/proc/" + pid + "/task/" + pid + "/children");
        return Stream.of(Files.readString(file).strip().split(" ", -1)).map(Long::valueOf).toList();
    }

    private static String field(long pid, String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith(name)) {
                    return line.substring(name.length()).strip();
                }
            }
            return "";
        } catch (IOException gone) {
            return "";
        }
    }
}
