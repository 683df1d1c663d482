package dev.orcinus.platform.linux.guestprocess.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.HostCallException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a process is not taken for another one. */
@Timeout(60)
final class NativeProcessTest {
    private static final int OWN = Math.toIntExact(ProcessHandle.current().pid());

    @Test
    void theSameProcessHasADescriptorOfItsOwn() throws Exception {
        NativeProcess first = NativeProcess.of(OWN);
        assumeTrue(first.pidfd() >= 0, "no pidfd_open");
        NativeProcess second = first.again();
        assertEquals(OWN, second.pid());
        assertNotEquals(first.pidfd(), second.pidfd());
        first.forget();
        second.forget();
    }

    /** The number of the process that has ended is the one of this process. */
    @Test
    void aNumberThatMeansAnotherProcessIsNotFollowed() throws Exception {
        Process ended = new ProcessBuilder("cat").start();
        NativeProcess before = NativeProcess.of(Math.toIntExact(ended.pid()));
        assumeTrue(before.pidfd() >= 0, "no pidfd_open");
        ended.getOutputStream().close();
        assertEquals(0, ended.waitFor());
        NativeProcess now = new NativeProcess(OWN, before.pidfd());
        assertThrows(HostCallException.class, now::again);
        before.forget();
    }
}
