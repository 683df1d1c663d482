package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.memory.MemoryLimits;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.GuestLimits;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * Drives sessions with frames that are nearly right, without sockets and without machine code.
 * {@code -Dorcinus.fuzz.frames=N} says how many; a session that ends is followed by another one. A
 * session ends with an error of the protocol or of a service only, and memory and threads do not
 * grow.
 */
final class SessionFuzzTest {
    private static final int FRAMES = Integer.getInteger("orcinus.fuzz.frames", 20_000);
    private static final long SEED = Long.getLong("orcinus.fuzz.seed", System.nanoTime());
    private static final int FRAMES_OF_A_SESSION = 500;
    private static final long MOST_GROWTH_BYTES = 16 << 20;
    private static final int MOST_MORE_THREADS = 4;
    private static final int MOST_LOOKS = 6_000;
    private static final long MEMORY_BYTES = 64 << 20;

    /** The limits of a session of the daemon, but for the memory. */
    private static final SessionOptions OPTIONS =
            SessionOptions.DEFAULT
                    .withGrace(Duration.ofSeconds(10))
                    .withShare(
                            new GuestLimits(new MemoryLimits(MEMORY_BYTES, 20_000), 256),
                            MEMORY_BYTES);

    private final FrameGenerator generator = new FrameGenerator(SEED);
    private final Queue<String> internal = new ConcurrentLinkedQueue<>();

    @Test
    void sessionsEndWithErrorsOfTheProtocolOnly() throws Exception {
        int done = 0;
        int sessions = 0;
        long heapBefore = 0;
        int threadsBefore = 0;
        while (done < FRAMES) {
            done += session();
            sessions++;
            if (heapBefore == 0 && done > FRAMES / 5) {
                heapBefore = usedHeap();
                threadsBefore = Thread.activeCount();
            }
        }
        long growth = usedHeap() - heapBefore;
        System.out.printf(
                "%d frames in %d sessions, seed %d: the heap has grown by %d KiB, threads from %d"
                        + " to %d%n",
                done, sessions, SEED, growth / 1024, threadsBefore, Thread.activeCount());
        assertEquals(List.of(), List.copyOf(internal), "seed " + SEED);
        assertTrue(growth < MOST_GROWTH_BYTES, growth + " bytes, seed " + SEED);
        int mostThreads = threadsBefore + MOST_MORE_THREADS;
        for (int i = 0; Thread.activeCount() > mostThreads && i < MOST_LOOKS; i++) {
            Thread.sleep(10); // those of the last session may still be ending
        }
        assertTrue(Thread.activeCount() <= mostThreads);
    }

    /** Serves a session, and returns how many frames it has read. */
    private int session() throws Exception {
        boolean[] isFirst = {true};
        FrameSource line =
                new FrameSource(
                        FRAMES_OF_A_SESSION,
                        generator::next,
                        bytes -> {
                            if (isFirst[0]) {
                                isFirst[0] = false;
                                offer(bytes);
                            } else {
                                generator.note(bytes);
                            }
                        });
        Guest guest = FuzzedGuest.create();
        try (Executor executor = new Executor(guest, PresentedTarget.of(guest), this::hear)) {
            SessionEnd end = executor.serve(line, OPTIONS);
            assertEquals(0, end.guestCodeLeft());
            end.failure().ifPresent(failure -> assertFalse(failure.isBlank(), "seed " + SEED));
        }
        return FRAMES_OF_A_SESSION - line.left();
    }

    private void offer(MemorySegment setup) {
        try {
            FrameHeader header = FrameHeader.read(setup, 0);
            MemorySegment payload = setup.asSlice(FrameHeader.SIZE_BYTES, header.payloadBytes());
            generator.offer(Setup.CODEC.read(new SpsReader(payload)).bootstrapSymbols());
        } catch (ProtocolException e) {
            internal.add(e.toString());
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** A log line with the name of an exception tells of an error of ours. */
    private void hear(String line) {
        if (line.contains("Exception") || line.contains("Error:")) {
            internal.add(line);
        }
    }
}
