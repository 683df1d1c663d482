package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of writing to pages that only the dynamic linker writes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PreemptionTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();
    private static final long PAGE = Unistd.getpagesize();
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int PROT_READ = 1;
    private static final int ENOMEM = 12;

    private static NativeGuest start() throws HostCallException {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        return new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
    }

    private static long mapReadOnly(NativeGuest guest, int pages) {
        long size = pages * PAGE;
        return guest.threads()
                .on(
                        Use.SERVICE,
                        t -> t.call(Libc.MMAP, 0, size, PROT_READ, PRIVATE_ANONYMOUS, -1, 0));
    }

    private static boolean isWritable(NativeGuest guest, long page) throws HostCallException {
        return MemoryMaps.of(Integer.toString(guest.pid()))
                .isWritable(AddressRange.of(new ExecutorAddress(page), PAGE));
    }

    private static long word(NativeGuest guest, long address) {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        assertTrue(guest.memory().read(new ExecutorAddress(address), word));
        return word.get(JAVA_LONG, 0);
    }

    @Test
    void pagesAreClosedAgain() throws Exception {
        try (NativeGuest guest = start()) {
            long pages = mapReadOnly(guest, 2);
            new Preemption(guest, null).write(Map.of(pages, 7L, pages + PAGE, 8L));
            assertEquals(7, word(guest, pages));
            assertEquals(8, word(guest, pages + PAGE));
            assertFalse(isWritable(guest, pages) || isWritable(guest, pages + PAGE));
        }
    }

    @Test
    void pagesAreClosedAgainIfALaterOneCannotBeOpened() throws Exception {
        try (NativeGuest guest = start()) {
            long pages = mapReadOnly(guest, 2);
            long gap = pages + PAGE;
            guest.threads().on(Use.SERVICE, t -> t.call(Libc.MUNMAP, gap, PAGE));
            Preemption preemption = new Preemption(guest, null);
            HostCallException e =
                    assertThrows(
                            HostCallException.class,
                            () -> preemption.write(Map.of(pages, 7L, gap, 8L)));
            assertEquals(ENOMEM, e.errno(), e::getMessage);
            assertFalse(isWritable(guest, pages));
            assertEquals(0, word(guest, pages));
        }
    }
}
