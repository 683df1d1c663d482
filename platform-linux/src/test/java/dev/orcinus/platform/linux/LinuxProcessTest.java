package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LinuxProcessTest {
    private static final HostProcess PROCESS = HOST.process();

    @Test
    void knowsItself() throws Exception {
        assertEquals(ProcessHandle.current().pid(), PROCESS.pid());
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), PROCESS.uid());
    }

    @Test
    void exitHandlersOfOneLibraryRunNewestFirstAndOnce() {
        List<Long> calls = new ArrayList<>();
        ExecutorAddress handler =
                HOST.calls()
                        .exportPointerConsumer(
                                pointer -> {
                                    calls.add(pointer.value());
                                    return 0;
                                });
        ExecutorAddress library = new ExecutorAddress(0x0bc1_0001);
        ExecutorAddress other = new ExecutorAddress(0x0bc1_0002);
        PROCESS.atExit(handler, new ExecutorAddress(1), library);
        PROCESS.atExit(handler, new ExecutorAddress(2), other);
        PROCESS.atExit(handler, new ExecutorAddress(3), library);
        PROCESS.runAtExits(library);
        assertEquals(List.of(3L, 1L), calls);
        PROCESS.runAtExits(library);
        PROCESS.runAtExits(other);
        assertEquals(List.of(3L, 1L, 2L), calls);
        assertThrows(
                IllegalArgumentException.class, () -> PROCESS.runAtExits(ExecutorAddress.NULL));
    }

    @Test
    void aThreadIsThereUntilItsNativePartHasEnded() throws InterruptedException {
        AtomicLong id = new AtomicLong();
        Thread thread = new Thread(() -> id.set(PROCESS.currentThreadId()));
        thread.start();
        thread.join();
        for (int i = 0; PROCESS.hasThread(id.get()) && i < 1000; i++) {
            Thread.sleep(5);
        }
        assertFalse(PROCESS.hasThread(id.get()));
        assertTrue(PROCESS.hasThread(PROCESS.currentThreadId()));
    }

    @Test
    void guestThreadsGiveTheirSignalStackBack() throws Exception {
        Thread thread =
                new Thread(
                        () -> {
                            for (int i = 0; i < 2; i++) {
                                prepareAndLeave();
                            }
                        });
        thread.start();
        thread.join();
    }

    private static void prepareAndLeave() {
        try (AutoCloseable prepared = PROCESS.prepareGuestThread()) {
            assertTrue(prepared != null);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void flushingIsHarmless() throws HostCallException {
        PROCESS.flushStdio();
    }
}
