package dev.orcinus.platform.linux.guestprocess.threads;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of asking whether a process has ended, where the system has no descriptors of them. */
@Timeout(60)
final class LivingProcessTest {
    private static LivingProcess living(Process process) {
        NativeProcess found = new NativeProcess((int) process.pid(), -1);
        return new LivingProcess(found, NativeProcess::reap, false);
    }

    @Test
    void itsEndIsWaitedFor() throws Exception {
        Process process = new ProcessBuilder("sleep", "0.2").start();
        assertFalse(living(process).hasEnded(Duration.ZERO));
        assertTrue(living(process).hasEnded(Duration.ofSeconds(30)));
        process.waitFor();
    }

    @Test
    void itsEndIsNotWaitedForLongerThanTheLimit() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            assertFalse(living(process).hasEnded(Duration.ofMillis(5)));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
