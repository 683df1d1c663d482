package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that what fails before the first work keeps the guest's first thread from nobody. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProcessControlTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();

    private static NativeGuest start() throws HostCallException {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        return new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
    }

    private static void fail(String how) throws HostCallException {
        switch (how) {
            case "call" -> throw new HostCallException("mmap", 12, "no memory");
            case "heap" -> throw new OutOfMemoryError("malloc(1) failed in the guest");
            default -> throw new IllegalStateException("the guest's heap cannot be written");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "heap", "copy"})
    void theFirstThreadIsThereThoughWhatIsDoneAheadFails(String how) throws Exception {
        try (NativeGuest guest = start()) {
            AtomicInteger tries = new AtomicInteger();
            ProcessControl control =
                    new ProcessControl(
                            guest,
                            () -> {
                                tries.incrementAndGet();
                                fail(how);
                            });
            for (int i = 0; i < 2; i++) {
                try (PreparedThread _ = control.prepareMainThread()) {
                    assertEquals(1, tries.get(), "it is done once");
                }
            }
        }
    }
}
