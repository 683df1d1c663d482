package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests how much of the heap is kept free, and when it is full; what that means is tested with a
 * whole daemon. No test changes the settings of this JVM.
 */
@Timeout(60)
final class DaemonHeapTest {
    private static final long MIB = 1L << 20;
    private static final int GARBAGE_MIB = 32;
    private static final Duration MOMENT = Duration.ofMillis(50);

    private final List<String> log = new ArrayList<>();
    private final DaemonHeap heap = new DaemonHeap(Optional.empty(), System::gc, log::add);

    /** 99 percent of 500 MiB are free if 5 are in use. */
    @Test
    void thePartThatIsFreeIsAsLargeAsTheRoom() {
        assertEquals(75, DaemonHeap.percentForRoom(100 * MIB, 300 * MIB));
        assertEquals(98, DaemonHeap.percentForRoom(14 * MIB, 768 * MIB));
        assertEquals(99, DaemonHeap.percentForRoom(5 * MIB, 768 * MIB));
    }

    @Test
    void thePartIsOneThatTheJvmTakes() {
        assertEquals(99, DaemonHeap.percentForRoom(1, 768 * MIB));
        assertEquals(5, DaemonHeap.percentForRoom(1L << 40, MIB));
    }

    private static List<byte[]> objects() {
        List<byte[]> objects = new ArrayList<>();
        for (int i = 0; i < GARBAGE_MIB; i++) {
            objects.add(new byte[(int) MIB]);
        }
        return objects;
    }

    @Test
    void itIsFullOfNewObjectsUntilItHasBeenTidied() {
        heap.tidy();
        assertFalse(heap.isFull());
        List<byte[]> objects = objects();
        assertTrue(heap.isFull());
        assertEquals(GARBAGE_MIB, objects.size()); // they are alive until here
        heap.tidy();
        assertFalse(heap.isFull());
    }

    @Test
    void itIsNotUnusedWhileObjectsAreMade() throws InterruptedException {
        GrowingHeap growing = new GrowingHeap();
        DaemonHeap ofThat = new DaemonHeap(Optional.empty(), growing, System::gc, log::add);
        try (growing) {
            assertFalse(ofThat.isUnusedFor(MOMENT));
        }
        assertTrue(ofThat.isUnusedFor(MOMENT));
        while (!heap.isUnusedFor(MOMENT)) {
            // the collector may be at work
        }
    }

    @Test
    void theRoomIsMadeAfterTheRestIsGivenBack() {
        List<String> set = new ArrayList<>();
        settled(set, System::gc).tidy();
        assertEquals(6, set.size(), set::toString);
        assertEquals(
                List.of("MinHeapFreeRatio=0", "MaxHeapFreeRatio=10", "MinHeapFreeRatio=5"),
                set.subList(0, 3));
        assertEquals("MinHeapFreeRatio=0", set.get(3));
        assertEquals(List.of(), log);
    }

    private DaemonHeap settled(List<String> set, Runnable collector) {
        DaemonHeap.Settings settings = (name, value) -> set.add(name + "=" + value);
        return new DaemonHeap(Optional.of(settings), collector, log::add);
    }

    /** The collector here lets go of objects one call later, as of those softly reachable. */
    @Test
    void theRoomIsMadeWhenNothingMoreIsFreed() {
        List<String> steps = new ArrayList<>();
        List<List<byte[]>> held = new ArrayList<>(List.of(objects(), objects()));
        Runnable collector =
                () -> {
                    if (!held.isEmpty()) {
                        held.removeLast();
                    }
                    System.gc();
                    steps.add("collected with " + held.size());
                };
        settled(steps, collector).tidy();
        int room = steps.lastIndexOf("MinHeapFreeRatio=0");
        assertTrue(steps.subList(0, room).contains("collected with 0"), steps::toString);
        assertEquals("collected with 0", steps.getLast(), steps::toString);
    }

    /** A later JVM may have no such setting, or let it be changed no more. */
    @Test
    void aJvmThatRefusesIsToldOfOnceAndAskedNoMore() {
        List<String> asked = new ArrayList<>();
        DaemonHeap.Settings refusing =
                (name, _) -> {
                    asked.add(name);
                    throw new IllegalArgumentException(name + " is not writeable");
                };
        DaemonHeap unchanged = new DaemonHeap(Optional.of(refusing), System::gc, log::add);
        unchanged.tidy();
        unchanged.tidy();
        assertEquals(List.of("MinHeapFreeRatio"), asked);
        assertEquals(
                List.of("the heap gets no room for large links: MinHeapFreeRatio is not writeable"),
                log);
        assertFalse(unchanged.isFull());
    }
}
