package dev.orcinus.platform.linux.guestprocess.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of copies that the guest itself makes, because the kernel may not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FaultingCopyTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();

    @Test
    void bytesAreCopiedAndFaultsAreReported() throws Exception {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process = Launcher.launch(PROCESSOR, List.of("guest"), mailbox.file(), true);
        try (NativeGuest guest =
                new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false)) {
            FaultingCopy copies = new FaultingCopy(guest);
            byte[] bytes = new byte[100_000];
            new Random(1).nextBytes(bytes);
            long memory = guest.threads().on(Use.SERVICE, t -> t.call(Libc.MALLOC, bytes.length));
            ExecutorAddress at = new ExecutorAddress(memory);
            assertTrue(copies.writeByCalls(MemorySegment.ofArray(bytes), at));
            byte[] back = new byte[bytes.length];
            assertTrue(copies.readByCalls(at, MemorySegment.ofArray(back)));
            assertArrayEquals(bytes, back);
            assertTrue(copies.read(at, MemorySegment.ofArray(back)));
            assertArrayEquals(bytes, back);
            MemorySegment one = MemorySegment.ofArray(new byte[1]);
            for (int i = 0; i < 100; i++) {
                assertFalse(copies.readByCalls(new ExecutorAddress(0x1000), one));
                assertFalse(copies.writeByCalls(one, new ExecutorAddress(-1)));
                ExecutorAddress code = guest.head().code();
                assertTrue(copies.readByCalls(code, one));
                assertFalse(copies.writeByCalls(one, code), "code is read-only");
            }
            assertFalse(guest.memory().isForbidden());
            assertEquals(Optional.empty(), guest.end());
        }
    }
}
