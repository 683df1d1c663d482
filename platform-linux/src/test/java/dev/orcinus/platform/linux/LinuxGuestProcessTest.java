package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.export;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.linux.LinuxThread;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LinuxGuestProcessTest {
    private static final GuestProcess PROCESS = GUEST.process();

    @Test
    void exitHandlersOfOneLibraryRunNewestFirstAndOnce() {
        GuestInvoker invoker = GUEST.invoker();
        List<Long> calls = new ArrayList<>();
        ExecutorAddress handler =
                export(
                        ExportedFunction.of(
                                (pointer, _, _, _) -> {
                                    calls.add(pointer);
                                    return 0;
                                }));
        ExecutorAddress library = new ExecutorAddress(0x0bc1_0001);
        ExecutorAddress other = new ExecutorAddress(0x0bc1_0002);
        PROCESS.atExit(handler, new ExecutorAddress(1), library);
        PROCESS.atExit(handler, new ExecutorAddress(2), other);
        PROCESS.atExit(handler, new ExecutorAddress(3), library);
        assertFalse(invoker.runAtExits(library).isGone());
        assertEquals(List.of(3L, 1L), calls);
        invoker.runAtExits(library);
        invoker.runAtExits(other);
        assertEquals(List.of(3L, 1L, 2L), calls);
        assertThrows(
                IllegalArgumentException.class, () -> invoker.runAtExits(ExecutorAddress.NULL));
    }

    @Test
    @Timeout(60)
    void theEndOfAThreadIsThatOfItsNativePart() throws InterruptedException {
        AtomicLong id = new AtomicLong();
        AtomicReference<PreparedThread> prepared = new AtomicReference<>();
        Thread thread =
                new Thread(
                        () -> {
                            id.set(LinuxThread.gettid());
                            prepared.set(prepareAndLeave());
                            assertTrue(Files.exists(path(id.get())));
                        });
        thread.start();
        thread.join();
        prepared.get().awaitEnd();
        assertFalse(Files.exists(path(id.get())));
    }

    private static Path path(long thread) {
        return Path.of("/proc/self/task", Long.toString(thread));
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

    private static PreparedThread prepareAndLeave() {
        try (PreparedThread prepared = PROCESS.prepareThread()) {
            return prepared;
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void heapMemoryCanBeWrittenAndGivenBack() {
        ExecutorAddress memory = PROCESS.allocate(100);
        assertTrue(GUEST.memory().tryWrite(MemorySegment.ofArray(new byte[100]), memory));
        PROCESS.free(memory);
    }

    @Test
    void flushingIsHarmless() {
        PROCESS.flushStdio();
    }
}
