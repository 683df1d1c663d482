package dev.orcinus.platform.linux.guestprocess.threads;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests the time of the first code beside that at which processes have started. */
final class FirstCodeTest {
    private final FirstCode first = new FirstCode();

    /** Returns the ticks at which a process that begins now has started. */
    private static long startOfProcess() throws Exception {
        Process process = new ProcessBuilder("sleep", "100").start();
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void codeThatHasNotRunIsAfterAllThatIsPast() throws Exception {
        assertTrue(first.isAfter(startOfProcess()));
    }

    @Test
    void theFirstCodeIsBetweenProcessesBeforeAndAfterIt() throws Exception {
        long before = startOfProcess();
        Thread.sleep(50);
        first.note();
        Thread.sleep(50);
        long after = startOfProcess();
        first.note();
        assertTrue(first.isAfter(before));
        assertFalse(first.isAfter(after));
    }
}
