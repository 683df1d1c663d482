package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ZoneTest {
    private static final long BASE = 0x10000;
    private static final long SIZE = 0x1000;

    private final Zone zone = new Zone(range(0, SIZE));

    private static AddressRange range(long offset, long size) {
        return AddressRange.of(new ExecutorAddress(BASE + offset), size);
    }

    private AddressRange take(long size, long alignment) {
        return zone.take(size, alignment).orElseThrow();
    }

    private void assertFull() {
        assertEquals(Optional.empty(), zone.take(1, 1));
    }

    @Test
    void theLowestRoomIsTaken() {
        assertEquals(range(0, 0x100), take(0x100, 1));
        assertEquals(range(0x100, 0x200), take(0x200, 1));
        assertEquals(range(0x300, SIZE - 0x300), take(SIZE - 0x300, 1));
        assertFull();
    }

    @Test
    void allOfItCanBeTakenAndOneByteMoreCannot() {
        assertEquals(Optional.empty(), zone.take(SIZE + 1, 1));
        assertEquals(range(0, SIZE), take(SIZE, 1));
        assertFull();
        zone.giveBack(range(0, SIZE));
        assertEquals(range(0, SIZE), take(SIZE, 1));
    }

    @Test
    void roomBeforeAnAlignedStartStaysFree() {
        take(1, 1);
        assertEquals(range(0x100, 0x100), take(0x100, 0x100));
        assertEquals(range(1, 0xff), take(0xff, 1));
        assertEquals(range(0x200, 0x10), take(0x10, 1));
    }

    @Test
    void anAlignedStartBehindTheEndIsNoRoom() {
        take(1, 1);
        assertEquals(Optional.empty(), zone.take(1, 0x100000));
        assertEquals(Optional.empty(), zone.take(1, SIZE));
        assertEquals(range(SIZE - 0x800, 0x800), take(0x800, 0x800));
    }

    @Test
    void roomThatIsTooSmallIsPassedOver() {
        take(0x100, 1);
        take(0x100, 1);
        zone.giveBack(range(0, 0x100));
        assertEquals(range(0x200, 0x101), take(0x101, 1));
        assertEquals(range(0, 0x100), take(0x100, 1));
    }

    @Test
    void whatIsGivenBackJoinsItsNeighbours() {
        for (int[] order :
                new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
            for (int i = 0; i < 3; i++) {
                assertEquals(range(0x100L * i, 0x100), take(0x100, 1));
            }
            AddressRange rest = take(SIZE - 0x300, 1);
            for (int part : order) {
                zone.giveBack(range(0x100L * part, 0x100));
            }
            assertEquals(range(0, 0x300), take(0x300, 1), "all three are one");
            assertFull();
            zone.giveBack(range(0, 0x300));
            zone.giveBack(rest);
        }
    }

    @Test
    void rangesThatDoNotTouchAreNotJoined() {
        AddressRange low = take(0x100, 1);
        AddressRange kept = take(1, 1);
        AddressRange high = take(SIZE - 0x101, 1);
        zone.giveBack(low);
        zone.giveBack(high);
        assertEquals(Optional.empty(), zone.take(SIZE - 0x100, 1));
        zone.giveBack(kept);
        assertEquals(range(0, SIZE), take(SIZE, 1));
    }

    /** Objects of many sizes come and go; a map of all bytes is the oracle. */
    @Test
    void noByteIsHandedOutTwiceAndNoneIsLost() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            boolean[] taken = new boolean[(int) SIZE];
            List<AddressRange> held = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                if (held.isEmpty() || random.nextInt(5) < 3) {
                    long size = 1L + random.nextInt(300);
                    long alignment = 1L << random.nextInt(8);
                    String what = "seed %d, step %d".formatted(seed, step);
                    Optional<AddressRange> got = zone.take(size, alignment);
                    assertEquals(expected(taken, size, alignment), got, what);
                    got.ifPresent(held::add);
                    got.ifPresent(range -> mark(taken, range, true));
                } else {
                    AddressRange range = held.remove(random.nextInt(held.size()));
                    mark(taken, range, false);
                    zone.giveBack(range);
                }
            }
            held.forEach(zone::giveBack);
            assertEquals(range(0, SIZE), take(SIZE, 1), "seed " + seed);
            zone.giveBack(range(0, SIZE));
        }
    }

    private static Optional<AddressRange> expected(boolean[] taken, long size, long alignment) {
        for (long offset = 0; offset + size <= SIZE; offset += alignment) {
            boolean isFree = true;
            for (long i = offset; i < offset + size && isFree; i++) {
                isFree = !taken[(int) i];
            }
            if (isFree) {
                return Optional.of(range(offset, size));
            }
        }
        return Optional.empty();
    }

    private static void mark(boolean[] taken, AddressRange range, boolean isTaken) {
        long offset = range.start().value() - BASE;
        for (long i = offset; i < offset + range.sizeBytes(); i++) {
            assertTrue(taken[(int) i] != isTaken, "byte " + i);
            assertFalse(i >= SIZE);
            taken[(int) i] = isTaken;
        }
    }
}
