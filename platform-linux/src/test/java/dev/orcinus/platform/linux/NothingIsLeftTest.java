package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that no guest process stays behind, in whatever order the JVM (J), the keeper (K) and a
 * guest (G) are killed. A process counts as gone when it has ended; a zombie has.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NothingIsLeftTest {
    private static final int ROUNDS = 2;
    private static final long LIMIT_MILLIS = 5000;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"J", "K", "G", "JKG", "JGK", "KJG", "KGJ", "GJK", "GKJ"})
    void nothingIsLeft(String order) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "guest-processes")) {
                String[] words = jvm.awaitLine("guests ").split(" ", -1);
                long keeper = parent(words[1]);
                assertEquals(keeper, parent(words[2]));
                assertEquals(jvm.pid(), keeper == jvm.pid() ? 0 : parent("" + keeper));
                assertEquals(jvm.pid(), parent(words[3]));
                for (int n = 0; n < order.length(); n++) {
                    kill(
                            switch (order.charAt(n)) {
                                case 'J' -> jvm.pid();
                                case 'K' -> keeper;
                                default -> Long.parseLong(words[1]);
                            });
                }
                if (!order.contains("J")) {
                    assertFalse(jvm.awaitLine("ended ").isEmpty());
                    assertTrue(isAlive(Long.toString(jvm.pid())));
                    kill(jvm.pid());
                }
                List<String> all = new ArrayList<>(List.of(words).subList(1, 4));
                all.add(Long.toString(keeper));
                awaitEnds(all);
            }
        }
    }

    private static void kill(long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor();
    }

    private static void awaitEnds(List<String> pids) throws InterruptedException, IOException {
        long deadline = System.currentTimeMillis() + LIMIT_MILLIS;
        for (String pid : pids) {
            while (isAlive(pid)) {
                assertTrue(System.currentTimeMillis() < deadline, () -> pid + " is still there");
                Thread.sleep(5);
            }
        }
    }

    private static boolean isAlive(String pid) throws IOException {
        String state = field(pid, "State:");
        return !state.isEmpty() && !state.startsWith("Z") && !state.startsWith("X");
    }

    private static long parent(String pid) throws IOException {
        return Long.parseLong(field(pid, "PPid:"));
    }

    private static String field(String pid, String name) throws IOException {
        Path status = Path.of("/proc", pid, "status");
        if (!Files.exists(status)) {
            return "";
        }
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(name)) {
                    return line.substring(name.length()).strip();
                }
            }
        } catch (IOException gone) {
            return "";
        }
        return "";
    }
}
