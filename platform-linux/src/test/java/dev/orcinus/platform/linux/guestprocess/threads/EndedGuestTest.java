package dev.orcinus.platform.linux.guestprocess.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.PausePage;
import dev.orcinus.platform.linux.guestprocess.mailbox.PausePages;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what a guest leaves that ends in the middle of something, and the copy that goes on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class EndedGuestTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();
    private static final int PAGES = (int) (PausePages.SIZE_BYTES / PausePage.SIZE_BYTES);

    private Mailbox mailbox;
    private NativeGuest guest;

    /** A part of the work with a guest that may fail. */
    @FunctionalInterface
    private interface Work {
        int on(NativeThread thread) throws HostCallException;
    }

    @BeforeEach
    void start() throws HostCallException {
        mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        guest = new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private int on(Work work) {
        return guest.threads()
                .on(
                        Use.SERVICE,
                        thread -> {
                            try {
                                return work.on(thread);
                            } catch (HostCallException e) {
                                throw new AssertionError(e);
                            }
                        });
    }

    /** The next request ends the guest, after what is done without one. */
    private void letTheNextRequestEndIt() {
        guest.pending().addOrEnd(guest.address(Libc.MPROTECT), 1, 4096, 0);
    }

    @Test
    void aDescriptorThatItHasNotTakenIsNotTheNextOne() throws Exception {
        on(
                thread -> {
                    guest.openDescriptorLine(thread);
                    return 0;
                });
        try (SharedFile first = SharedFile.create("first", 4096);
                SharedFile second = SharedFile.create("second", 4096);
                PausedCopy copy = guest.copy()) {
            letTheNextRequestEndIt();
            assertThrows(
                    GuestGoneException.class,
                    () -> on(thread -> GuestDescriptor.openLow(thread, first, 0)));
            guest.replaceBy(copy);
            for (int i = 0; i < 3; i++) {
                int there = on(thread -> GuestDescriptor.openLow(thread, second, 0));
                Path link = Path.of("/proc/" + guest.pid() + "/fd/" + there);
                assertEquals("/memfd:second (deleted)", Files.readSymbolicLink(link).toString());
            }
        }
    }

    /** A copy may wait there, of which nobody has heard. */
    @Test
    void thePageOfACopyThatWasBeingMadeIsNotUsedAgain() throws Exception {
        try (PausedCopy copy = guest.copy()) {
            letTheNextRequestEndIt();
            assertThrows(GuestGoneException.class, guest::copy);
            PausePages pages = null;
            int free = 0;
            for (PausePage page = mailbox.takePausePage();
                    pages == null || page.all().equals(pages);
                    page = mailbox.takePausePage()) {
                pages = page.all();
                free++;
            }
            assertEquals(PAGES - 2, free);
            guest.replaceBy(copy);
            assertEquals(guest.pid(), on(thread -> (int) thread.call(Libc.SYSCALL, getpid())));
        }
    }

    @Test
    void aCopyDoesNotGoOnInAMailboxThatIsClosed() throws Exception {
        try (PausedCopy copy = guest.copy()) {
            guest.close();
            assertThrows(IllegalStateException.class, () -> guest.replaceBy(copy));
            assertThrows(IllegalStateException.class, copy::restoreMailbox);
        }
    }

    private static long getpid() {
        return switch (PROCESSOR) {
            case X86_64 -> 39;
            case AARCH64 -> 172;
        };
    }
}
