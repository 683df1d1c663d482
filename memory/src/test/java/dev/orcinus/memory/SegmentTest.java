package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RW;
import static dev.orcinus.memory.MemoryFixture.RX;
import static dev.orcinus.memory.MemoryFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of where a segment may lie. The reservation of the tests is 8 pages, full of bytes that
 * guest code has left.
 */
final class SegmentTest {
    private static final long SIZE = 8 * PAGE;

    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;
    private final InFlightAllocation allocation = manager.begin();
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(SIZE);
        memory.dirty(AddressRange.of(base, SIZE));
    }

    private static String outside(AddressRange range) {
        return "In initialize, range " + range + " is not part of any reserved address range";
    }

    private void assertRefused(String message, ExecutorAddress address, long sizeBytes) {
        assertFails(message, () -> allocation.addSegment(RW, address, sizeBytes, 0));
        memory.assertBytes(0xee, base, SIZE);
    }

    @Test
    void aSegmentMayFillItsReservation() throws AllocationException {
        assertEquals(SIZE, allocation.addSegment(RW, base, SIZE, SIZE).byteSize());
    }

    @Test
    void aSegmentBeyondTheEndIsRefused() {
        assertRefused(outside(AddressRange.of(base, SIZE + 1)), base, SIZE + 1);
        ExecutorAddress last = base.plus(SIZE - PAGE);
        assertRefused(outside(AddressRange.of(last, PAGE + 1)), last, PAGE + 1);
        ExecutorAddress end = base.plus(SIZE);
        assertRefused(outside(AddressRange.of(end, 1)), end, 1);
    }

    @Test
    void aSegmentBelowTheStartIsRefused() {
        ExecutorAddress below = new ExecutorAddress(base.value() - PAGE);
        assertRefused(outside(AddressRange.of(below, PAGE)), below, PAGE);
        assertRefused(outside(AddressRange.of(below, 2 * PAGE)), below, 2 * PAGE);
        assertRefused(
                outside(AddressRange.of(ExecutorAddress.NULL, PAGE)), ExecutorAddress.NULL, PAGE);
    }

    @Test
    void aSegmentAcrossTwoReservationsIsRefused() throws AllocationException {
        ExecutorAddress lower = manager.reserve(PAGE);
        assertEquals(base, lower.plus(PAGE), "the fake maps without gaps");
        assertRefused(outside(AddressRange.of(lower, 2 * PAGE)), lower, 2 * PAGE);
    }

    @Test
    void allSegmentsLieInOneReservation() throws AllocationException {
        ExecutorAddress lower = manager.reserve(PAGE);
        allocation.addSegment(R, lower, PAGE, 0);
        assertRefused(
                "In initialize, range "
                        + AddressRange.of(base, PAGE)
                        + " is not part of the reservation "
                        + AddressRange.of(lower, PAGE)
                        + " of the segments before it",
                base,
                PAGE);
        allocation.abandon();
        manager.close();
        memory.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, -PAGE})
    void aSizeThatLeavesTheAddressSpaceIsRefused(long sizeBytes) {
        ExecutorAddress high = base.plus(PAGE);
        AllocationException e =
                assertThrows(
                        AllocationException.class,
                        () -> allocation.addSegment(RW, high, sizeBytes, 0));
        String size = Long.toHexString(sizeBytes);
        String message =
                sizeBytes == Long.MIN_VALUE
                        ? outside(AddressRange.of(high, sizeBytes))
                        : "segment at "
                                + high
                                + " of 0x"
                                + size
                                + " bytes: "
                                + high
                                + " + 0x"
                                + size
                                + " leaves the address space";
        assertEquals(message, e.getMessage());
        memory.assertBytes(0xee, base, SIZE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, PAGE - 1, PAGE + 1})
    void aSegmentStartsOnAPage(long offset) {
        ExecutorAddress address = base.plus(offset);
        assertRefused(
                "In initialize, segment "
                        + AddressRange.of(address, PAGE)
                        + " does not start on a page of 0x1000 bytes",
                address,
                PAGE);
    }

    @Test
    void segmentsMayTouch() throws AllocationException {
        allocation.addSegment(R, base.plus(PAGE), PAGE, 0);
        allocation.addSegment(RX, base, PAGE, 0);
        allocation.addSegment(RW, base.plus(2 * PAGE), PAGE, 0);
        assertEquals(base, allocation.finish(List.of()));
    }

    @Test
    void segmentsOfOneAllocationMayNotOverlap() throws AllocationException {
        allocation.addSegment(R, base.plus(PAGE), 2 * PAGE, 2 * PAGE);
        String taken = " overlaps the region " + AddressRange.of(base.plus(PAGE), 2 * PAGE);
        for (AddressRange range :
                List.of(
                        AddressRange.of(base, 2 * PAGE),
                        AddressRange.of(base.plus(PAGE), PAGE),
                        AddressRange.of(base.plus(2 * PAGE), PAGE),
                        AddressRange.of(base.plus(2 * PAGE), 2 * PAGE),
                        AddressRange.of(base, SIZE))) {
            assertFails(
                    "In initialize, segment " + range + taken,
                    () -> allocation.addSegment(RW, range.start(), range.sizeBytes(), 0));
        }
        memory.assertBytes(0xee, base, 3 * PAGE);
    }

    @Test
    void twoSegmentsMayNotShareAPage() throws AllocationException {
        allocation.addSegment(R, base, 0x58, 0x58);
        AllocationException e =
                assertThrows(
                        AllocationException.class, () -> allocation.addSegment(RX, base, 0x10, 0));
        assertEquals(
                "In initialize, segment "
                        + AddressRange.of(base, 0x10)
                        + " overlaps the region "
                        + AddressRange.of(base, PAGE),
                e.getMessage());
    }

    @Test
    void aSegmentMayNotOverlapWhatIsFinalizedOrInFlight() throws AllocationException {
        memory.allocate(base.plus(4 * PAGE));
        manager.begin().addSegment(RW, base.plus(6 * PAGE), PAGE, PAGE);
        for (long page : new long[] {4, 6}) {
            ExecutorAddress taken = base.plus(page * PAGE);
            assertFails(
                    "In initialize, segment "
                            + AddressRange.of(taken, PAGE)
                            + " overlaps the region "
                            + AddressRange.of(taken, PAGE),
                    () -> allocation.addSegment(RW, taken, PAGE, 0));
        }
        allocation.addSegment(RW, base.plus(5 * PAGE), PAGE, 0);
    }

    @Test
    void contentLongerThanItsSegmentIsRefused() {
        String message = "Segment %s content size (0x%x bytes) exceeds segment size (0x%x bytes)";
        assertFails(
                message.formatted(base, 0x10, 8), () -> allocation.addSegment(RW, base, 8, 0x10));
        assertFails(message.formatted(base, 1, 0), () -> allocation.addSegment(RW, base, 0, 1));
        assertFails(
                message.formatted(base, -1L, PAGE),
                () -> allocation.addSegment(RW, base, PAGE, -1));
        memory.assertBytes(0xee, base, SIZE);
    }

    @Test
    void aRefusedSegmentClaimsNothing() throws AllocationException {
        assertThrows(
                AllocationException.class, () -> allocation.addSegment(RW, base, PAGE, 2 * PAGE));
        assertThrows(AllocationException.class, () -> allocation.addSegment(RW, base, 2 * SIZE, 0));
        allocation.addSegment(RW, base, SIZE, 0);
    }

    @Test
    void anEmptySegmentMayLieAnywhereInItsReservationAndAtItsEnd() throws AllocationException {
        allocation.addSegment(RX, base, PAGE, 0);
        for (long offset : new long[] {0, 1, PAGE, PAGE + 8, SIZE}) {
            assertEquals(0, allocation.addSegment(RW, base.plus(offset), 0, 0).byteSize());
        }
        assertEquals(base, allocation.finish(List.of()));
    }

    @Test
    void anEmptySegmentAtTheEndBelongsToItsOwnReservationNotToItsNeighbour()
            throws AllocationException {
        ExecutorAddress lower = manager.reserve(PAGE);
        allocation.addSegment(RX, lower, PAGE, 0);
        allocation.addSegment(RW, base, 0, 0);
        allocation.requireWholeReservation();
        assertEquals(lower, allocation.finish(List.of()));
        manager.release(List.of(lower)).run();
        assertEquals(0, manager.usage().allocationCount());
    }

    @Test
    void anEmptySegmentOutsideIsRefused() {
        ExecutorAddress beyond = base.plus(SIZE + 1);
        assertRefused(outside(AddressRange.of(beyond, 0)), beyond, 0);
        assertRefused(
                outside(new AddressRange(ExecutorAddress.NULL, ExecutorAddress.NULL)),
                ExecutorAddress.NULL,
                0);
    }

    @Test
    void anEmptySegmentAloneEndsWithItsReservation() throws AllocationException {
        allocation.addSegment(RW, base.plus(SIZE), 0, 0);
        assertEquals(base.plus(SIZE), allocation.finish(memory.log.pairs("a")));
        manager.release(List.of(base)).run();
        assertEquals("a A", memory.log.take());
        memory.assertNothingLeft();
    }

    @Test
    void noGroupIsWritableAndExecutable() {
        for (int wire = 0; wire < 256; wire++) {
            byte bits = (byte) wire;
            if ((wire & 6) == 6) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> AllocGroup.ofWire(bits),
                        "group 0x" + Integer.toHexString(wire));
            }
        }
    }

    @Test
    void aMisalignedSegmentOutsideIsOutsideFirst() {
        ExecutorAddress end = base.plus(SIZE + 1);
        assertRefused(outside(AddressRange.of(end, PAGE)), end, PAGE);
    }

    @Test
    void ofTwoSegmentsAtTheSameAddressTheFirstIsTheLowest() throws AllocationException {
        allocation.addSegment(RW, base, PAGE, 0);
        allocation.addSegment(RX, base, 0, 0);
        memory.log.fail("a");
        AllocationException e =
                assertThrows(
                        AllocationException.class, () -> allocation.finish(memory.log.pairs("a")));
        assertEquals(AddressRange.of(base, PAGE), e.range());
    }
}
