package dev.orcinus.platform.linux.guestprocess.threads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of copies that the guest itself makes, because the kernel may not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CalledCopyTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();

    @Test
    void bytesAreCopiedAndFaultsAreReported() throws Exception {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        try (NativeGuest guest =
                new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false)) {
            guest.threads().on(Use.SERVICE, thread -> copyAndFault(guest, thread));
            assertFalse(guest.memory().isForbidden());
            assertEquals(Optional.empty(), guest.end());
        }
    }

    private static boolean copyAndFault(NativeGuest guest, NativeThread thread) {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        ExecutorAddress at = new ExecutorAddress(thread.call(Libc.MALLOC, bytes.length));
        assertTrue(CalledCopy.write(thread, MemorySegment.ofArray(bytes), at));
        byte[] back = new byte[bytes.length];
        assertTrue(CalledCopy.read(thread, at, MemorySegment.ofArray(back)));
        assertArrayEquals(bytes, back);
        assertTrue(guest.memory().read(at, MemorySegment.ofArray(back)));
        assertArrayEquals(bytes, back);
        MemorySegment one = MemorySegment.ofArray(new byte[1]);
        ExecutorAddress code = guest.head().code();
        for (int i = 0; i < 100; i++) {
            assertFalse(CalledCopy.read(thread, new ExecutorAddress(0x1000), one));
            assertFalse(CalledCopy.write(thread, one, new ExecutorAddress(-1)));
            assertTrue(CalledCopy.read(thread, code, one));
            assertFalse(CalledCopy.write(thread, one, code), "code is read-only");
        }
        return true;
    }
}
