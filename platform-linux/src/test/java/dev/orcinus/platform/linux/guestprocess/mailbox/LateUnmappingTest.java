package dev.orcinus.platform.linux.guestprocess.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Tests of what has been shared with a guest, after its mailbox has been closed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("MustBeClosedChecker") // what is tested closes the arenas
final class LateUnmappingTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();
    private static final long BYTES = 4096;

    /** An arena that a thread uses in native calls when it is to be closed. */
    private static final class BusyArena implements Arena {
        private final Arena real = Arena.ofShared();
        private final AtomicInteger left;

        BusyArena(int times) {
            left = new AtomicInteger(times);
        }

        @Override
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            return real.allocate(byteSize, byteAlignment);
        }

        @Override
        public MemorySegment.Scope scope() {
            return real.scope();
        }

        @Override
        public void close() {
            if (left.getAndDecrement() > 0) {
                throw new IllegalStateException("Session is acquired by 1 clients");
            }
            real.close();
        }
    }

    private static boolean isMapped(String name) throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.anyMatch(line -> line.contains("memfd:" + name));
        }
    }

    private static void assertUnmapped(Arena arena, String name) throws Exception {
        try (SharedFile file = SharedFile.create(name, BYTES)) {
            MemorySegment memory = Mailbox.map(file, BYTES, arena);
            assertTrue(isMapped(name));
            LateUnmapping.unmap(arena, List.of(memory));
        }
        while (isMapped(name)) {
            Thread.sleep(5);
        }
        assertThrows(IllegalStateException.class, arena::close, "it has been closed");
    }

    @Test
    void memoryIsUnmappedLater() throws Exception {
        assertUnmapped(Arena.ofShared(), "late-one");
    }

    @Test
    void memoryThatIsStillInUseIsUnmappedWhenItIsNot() throws Exception {
        assertUnmapped(new BusyArena(3), "late-busy");
    }

    @Test
    void memoryWhoseArenaHasBeenClosedIsUnmapped() throws Exception {
        try (SharedFile file = SharedFile.create("late-closed", BYTES)) {
            Arena arena = Arena.ofShared();
            MemorySegment memory = Mailbox.map(file, BYTES, arena);
            arena.close();
            LateUnmapping.unmap(arena, List.of(memory));
        }
        while (isMapped("late-closed")) {
            Thread.sleep(5);
        }
    }

    /** Although it is still mapped: nobody may go on with it. */
    @Test
    void aClosedMailboxIsClosedAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
            byte[] saved = mailbox.save();
            mailbox.restore(saved);
            PausePage page = mailbox.takePausePage();
            mailbox.close();
            mailbox.close();
            assertClosed(() -> mailbox.restore(saved));
            assertClosed(mailbox::takePausePage);
            assertClosed(() -> mailbox.goesOnFrom(page));
            mailbox.announceEnd(new ProcessLife());
        }
    }

    private static void assertClosed(Executable use) {
        IllegalStateException e = assertThrows(IllegalStateException.class, use);
        assertEquals("the mailbox is closed", e.getMessage());
    }
}
