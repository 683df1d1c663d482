package dev.orcinus.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DaemonLogTest {
    private static final int MOST = 10_000;

    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch reader = new CountDownLatch(1);
    private final CountDownLatch writing = new CountDownLatch(1);

    private void writeOnceThereIsAReader(String line) {
        writing.countDown();
        try {
            reader.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        written.add(line);
    }

    @Test
    void linesAreWrittenInOrderBeforeTheEnd() {
        try (DaemonLog log = new DaemonLog(written::add)) {
            lines(1000).forEach(log);
        }
        assertEquals(lines(1000), written);
    }

    @Test
    void aLogThatNobodyReadsHoldsNobodyUpAndSaysWhatIsLost() throws Exception {
        try (DaemonLog log = new DaemonLog(this::writeOnceThereIsAReader)) {
            log.accept("first");
            writing.await(); // it is with the reader, and 10,000 others wait
            for (int i = 0; i < MOST + 7; i++) {
                log.accept("line " + i);
            }
            assertEquals(List.of(), written);
            reader.countDown();
        }
        assertEquals("first", written.getFirst());
        assertEquals("7 lines of the log are lost: nobody has read it", written.get(1));
        assertEquals("line " + (MOST - 1), written.getLast());
        assertEquals(MOST + 2, written.size());
    }

    @Test
    void linesThatCannotBeWrittenAreCountedAndLaterOnesAreWritten() {
        AtomicInteger tries = new AtomicInteger();
        DaemonLog.Target disk =
                line -> {
                    if (tries.incrementAndGet() <= 3) {
                        throw new IOException("No space left on device");
                    }
                    written.add(line);
                };
        try (DaemonLog log = new DaemonLog(disk)) {
            List.of("1", "2", "3", "4", "5").forEach(log);
        }
        assertEquals(
                List.of("3 lines of the log are lost: they could not be written", "4", "5"),
                written);
    }

    @Test
    void theEndWaitsAMomentOnlyForAReaderThatDoesNotCome() {
        long start = System.nanoTime();
        try (DaemonLog log = new DaemonLog(this::writeOnceThereIsAReader)) {
            log.accept("never read");
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis >= 900 && millis < 10_000, millis + " ms");
        reader.countDown();
    }

    /** More than a second in all, and less for each line. */
    @Test
    void theEndWaitsForAReaderThatIsSlow() {
        try (DaemonLog log = new DaemonLog(this::writeSlowly)) {
            lines(8).forEach(log);
        }
        assertEquals(lines(8), written);
    }

    private void writeSlowly(String line) {
        LockSupport.parkNanos(150_000_000L);
        written.add(line);
    }

    private static List<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line " + i).toList();
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
    }

    /** The thread sleeps when there is nothing to write, and ends with the log. */
    @Test
    void theThreadIsWokenByALineAndByTheEnd() throws Exception {
        CountDownLatch wasWritten = new CountDownLatch(2);
        CopyOnWriteArrayList<Thread> writers = new CopyOnWriteArrayList<>();
        try (DaemonLog log =
                new DaemonLog(
                        _ -> {
                            writers.add(Thread.currentThread());
                            wasWritten.countDown();
                        })) {
            log.accept("first");
            while (writers.isEmpty()) {
                Thread.sleep(1);
            }
            assertTrue(writers.getFirst().isDaemon(), "a log keeps no JVM from ending");
            awaitWaiting(writers.getFirst());
            log.accept("second");
            wasWritten.await();
            awaitWaiting(writers.getFirst());
        }
        writers.getFirst().join();
    }

    /** Whoever closes it is interrupted while nobody reads. */
    @Test
    void anInterruptEndsTheWaitForTheLastLinesAndIsKept() throws Exception {
        DaemonLog log = new DaemonLog(this::writeOnceThereIsAReader);
        log.accept("first");
        writing.await();
        Thread.currentThread().interrupt();
        log.close();
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), written);
        reader.countDown();
    }
}
