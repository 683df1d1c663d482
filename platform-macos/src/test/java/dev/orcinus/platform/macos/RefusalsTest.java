package dev.orcinus.platform.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests that what macOS does not have is refused with a sentence. */
final class RefusalsTest {
    private final InProcessGuest guest = new MacosHost(MacosProcessor.ARM64).guestInThisProcess();

    @Test
    void thereAreNoThreadLocalsOfElf() {
        GuestThreadLocals.Request request =
                new GuestThreadLocals.Request(
                        "a.o", new byte[0], 8, 8, false, List.of(), List.of());
        HostCallException refused =
                assertThrows(HostCallException.class, () -> guest.threadLocals().open(request));
        assertEquals(
                "a.o: macOS has no thread-local storage of ELF's kind; objects for macOS have"
                        + " descriptors of their own (__thread_vars)",
                refused.getMessage());
    }

    @Test
    void thereIsNoMemoryBelowFourGibibytes() {
        HostCallException refused =
                assertThrows(
                        HostCallException.class,
                        () -> guest.memory().mapSlab(1 << 20, SlabPlace.LOW));
        assertEquals("macOS maps nothing into the first 4 GiB of a process", refused.getMessage());
    }

    @Test
    void sharedMemoryNeverBecomesCode() {
        HostCallException refused =
                assertThrows(HostCallException.class, () -> guest.memory().mapShared(1 << 20));
        assertEquals(
                "macOS lets no shared memory become code; the controller has to send it instead"
                        + " (llvm-jitlink without -use-shared-memory)",
                refused.getMessage());
    }

    @Test
    void theDebuggerHasNoSymbols() throws HostCallException {
        assertEquals(Optional.empty(), guest.debugger().find("__jit_debug_descriptor"));
    }
}
