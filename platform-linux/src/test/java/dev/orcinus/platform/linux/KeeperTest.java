package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that guests outlive the thread that has started the first of them: the kernel takes the end
 * of the thread that has started a process for the end of its parent. And that a guest without work
 * takes no time of a processor.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeeperTest {
    /**
     * The unit of processor time in {@code /proc} is 10 ms; to look instead of to wait takes 100.
     */
    private static final long MOST_TICKS_OF_JVM = 5;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual"})
    void guestsOutliveTheThreadThatStartsThem(String kind) throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "short-lived-thread", kind)) {
            assertEquals("alive true true", jvm.awaitLine("alive "));
        }
    }

    @Test
    void aKeeperThatIsKilledIsReplaced() throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "after-keepers", "30")) {
            assertEquals("started 30", jvm.awaitLine("started "));
        }
    }

    @Test
    void guestsThatWaitTakeNoTime() throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "idle")) {
            String[] words = jvm.awaitLine("ticks ").split(" ", -1);
            assertEquals("0", words[1], "of the keeper and the guests");
            assertTrue(Long.parseLong(words[2]) <= MOST_TICKS_OF_JVM, words[2] + " of the JVM");
        }
    }
}
