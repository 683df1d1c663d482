package dev.orcinus.platform.linux.guestprocess.start;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.bindings.posix.Unistd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the thread that waits for descriptors. */
@Timeout(60)
final class ProcessWatcherTest {
    private static final int CLOSED = 1 << 20;

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private static void never() {
        throw new AssertionError("the descriptor can be watched");
    }

    private static int[] pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            assertEquals(0, LinuxUnistd.pipe2(ErrnoState.IGNORED, ends, 0));
            return new int[] {ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1)};
        }
    }

    private static void close(int descriptor) {
        Unistd.close(ErrnoState.IGNORED, descriptor);
    }

    private void awaitHeard(int count) throws InterruptedException {
        while (heard.size() < count) {
            Thread.sleep(1);
        }
    }

    /** The end of a pipe is readable for ever once the other one is closed. */
    @Test
    void whatIsReadableIsToldOnceAndAgainIfItIsWatchedAgain() throws Exception {
        ProcessWatcher watcher = ProcessWatcher.shared();
        int[] ends = pipe();
        watcher.watch(ends[0], () -> heard.add("first"), ProcessWatcherTest::never);
        close(ends[1]);
        awaitHeard(1);
        watcher.watch(ends[0], () -> heard.add("second"), ProcessWatcherTest::never);
        awaitHeard(2);
        watcher.run(() -> null);
        assertEquals(List.of("first", "second"), heard);
        close(ends[0]);
    }

    @Test
    void ofManyTheOneThatIsReadableIsTold() throws Exception {
        ProcessWatcher watcher = ProcessWatcher.shared();
        int[][] pipes = new int[50][];
        for (int i = 0; i < pipes.length; i++) {
            String name = "pipe " + i;
            pipes[i] = pipe();
            watcher.watch(pipes[i][0], () -> heard.add(name), ProcessWatcherTest::never);
        }
        close(pipes[41][1]);
        awaitHeard(1);
        close(pipes[7][1]);
        awaitHeard(2);
        assertEquals(List.of("pipe 41", "pipe 7"), heard);
        for (int i = 0; i < pipes.length; i++) {
            int[] ends = pipes[i];
            watcher.submit(() -> watcher.stopWatching(ends[0]));
            if (i != 41 && i != 7) {
                close(ends[1]);
            }
        }
        watcher.run(() -> null);
        for (int[] ends : pipes) {
            close(ends[0]);
        }
        watcher.run(() -> null);
        assertEquals(2, heard.size(), heard::toString);
    }

    /** All three are done after one look: the first one has kept the watcher meanwhile. */
    @Test
    void aStepThatFailsLeavesTheNextOnes() throws Exception {
        ProcessWatcher watcher = ProcessWatcher.shared();
        int[] ends = pipe();
        CountDownLatch go = new CountDownLatch(1);
        Runnable keep =
                () -> {
                    heard.add("kept");
                    awaitQuietly(go);
                };
        watcher.watch(ends[0], keep, ProcessWatcherTest::never);
        close(ends[1]);
        awaitHeard(1);
        watcher.submit(
                () -> {
                    throw new IllegalStateException("a step of a test fails");
                });
        watcher.submit(() -> heard.add("next"));
        go.countDown();
        awaitHeard(2);
        assertEquals(List.of("kept", "next"), heard);
        close(ends[0]);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatCannotBeWatchedIsTold() throws Exception {
        ProcessWatcher.shared()
                .watch(CLOSED, ProcessWatcherTest::never, () -> heard.add("otherwise"));
        awaitHeard(1);
        assertEquals(List.of("otherwise"), heard);
    }

    @Test
    void aProcessWhoseDescriptorCannotBeWatchedIsLookedAt() throws Exception {
        Process process = new ProcessBuilder("sleep", "0.1").start();
        new NativeProcess((int) process.pid(), CLOSED).watch(_ -> heard.add("end"));
        assertEquals(List.of(), heard);
        awaitHeard(1);
        assertEquals(0, process.waitFor());
    }
}
