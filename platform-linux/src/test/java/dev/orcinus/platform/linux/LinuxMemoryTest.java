package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.publish;
import static dev.orcinus.platform.linux.TestHost.unmap;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LinuxMemoryTest {
    private static final GuestMemory MEMORY = GUEST.memory();
    private static final long PAGE = MEMORY.pageSizeBytes();

    @Test
    void mapsWholePagesOfZerosThatCanBeWritten() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE + 1);
        assertEquals(2 * PAGE, range.sizeBytes());
        MemorySegment view = MEMORY.fill(range);
        assertEquals(0, view.get(JAVA_BYTE, 2 * PAGE - 1));
        view.fill((byte) 7);
        unmap(range);
        assertFalse(MEMORY.tryRead(range.start(), MemorySegment.ofArray(new byte[1])));
    }

    /** libgcc's unwinder does not find a function at a multiple of 4 GiB. */
    @Test
    void nothingIsMappedOverAMultipleOf4GiB() throws HostCallException {
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ranges.add(MEMORY.map(3L << 30));
        }
        for (AddressRange range : ranges) {
            long last = range.end().value() - 1;
            assertEquals((range.start().value() - 1) >>> 32, last >>> 32, range::toString);
            unmap(range);
        }
    }

    @Test
    void aSizeThatCannotBeMappedIsAnErrorWithNumbers() {
        HostCallException tooLarge =
                assertThrows(HostCallException.class, () -> MEMORY.map(1L << 60));
        assertEquals(
                "mmap(size=0x1000000000000000): ENOMEM, Cannot allocate memory (errno 12)",
                tooLarge.getMessage());
        assertEquals(12, tooLarge.errno());
        assertThrows(HostCallException.class, () -> MEMORY.map(-1));
    }

    /** A controller may ask for anything. */
    @Test
    @Timeout(60)
    void aSlabOfNoSizeIsAnError() {
        for (GuestMemory.SlabPlace place : GuestMemory.SlabPlace.values()) {
            assertThrows(HostCallException.class, () -> MEMORY.mapSlab(0, place), place::toString);
        }
    }

    @Test
    void aLargeMapIsFilledAndProtectedInParts() throws HostCallException {
        AddressRange range = MEMORY.map(16 << 20);
        MEMORY.fill(range).fill((byte) 1);
        AddressRange part = AddressRange.of(range.start().plus(3 * PAGE), PAGE);
        publish(part, MemProt.READ_EXEC);
        assertTrue(MEMORY.isExecutable(part.start()));
        assertFalse(MEMORY.isExecutable(part.end()));
        unmap(range);
    }

    @Test
    void discardedPagesReadAsZerosAndCanBeWrittenAgain() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE);
        MEMORY.fill(range).fill((byte) 7);
        publish(range, MemProt.READ);
        assertEquals(Map.of(), MEMORY.discard(List.of(range)));
        MemorySegment view = MEMORY.fill(range);
        assertEquals(0, view.get(JAVA_BYTE, 0));
        view.set(JAVA_BYTE, 0, (byte) 1);
        unmap(range);
    }

    @Test
    void checkedCopiesReportFaults() throws HostCallException {
        AddressRange range = MEMORY.map(2 * PAGE);
        AddressRange first = AddressRange.of(range.start(), PAGE);
        MEMORY.fill(range).fill((byte) 7);
        unmap(new AddressRange(first.end(), range.end()));
        byte[] four = new byte[4];
        assertTrue(MEMORY.tryRead(range.start(), MemorySegment.ofArray(four)));
        assertArrayEquals(new byte[] {7, 7, 7, 7}, four);
        ExecutorAddress across = new ExecutorAddress(first.end().value() - 2);
        assertFalse(MEMORY.tryRead(across, MemorySegment.ofArray(four)));
        assertFalse(MEMORY.tryWrite(MemorySegment.ofArray(four), across));
        assertTrue(MEMORY.tryWrite(MemorySegment.ofArray(new byte[] {9}), range.start()));
        assertEquals(9, byteAt(first.start()));
        publish(first, MemProt.READ);
        assertFalse(MEMORY.tryWrite(MemorySegment.ofArray(four), range.start()));
        unmap(first);
    }

    @Test
    void addressesThatNoProcessHasAreFaultsToo() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            assertFalse(MEMORY.tryRead(ExecutorAddress.NULL, buffer));
            assertFalse(MEMORY.tryRead(new ExecutorAddress(-8), buffer));
            assertFalse(MEMORY.tryRead(new ExecutorAddress(1L << 62), buffer));
            assertFalse(MEMORY.tryWrite(buffer, new ExecutorAddress(-8)));
        }
    }

    @Test
    void withoutTheKernelsHelpTheMapsAreAsked() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE);
        MEMORY.fill(range).fill((byte) 7);
        MemorySegment local = MemorySegment.ofArray(new byte[4]);
        assertTrue(CheckedCopy.copyByMaps(local, range.start(), false));
        assertEquals(7, local.get(JAVA_BYTE, 3));
        publish(range, MemProt.READ);
        assertFalse(CheckedCopy.copyByMaps(local, range.start(), true));
        unmap(range);
        assertFalse(CheckedCopy.copyByMaps(local, range.start(), false));
        assertFalse(CheckedCopy.copyByMaps(local, new ExecutorAddress(-2), false));
    }

    @Test
    void nothingIsExecutableBeforeItIsProtectedSo() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE);
        assertFalse(MEMORY.isExecutable(range.start()));
        publish(range, MemProt.EXEC);
        assertTrue(MEMORY.isExecutable(range.start()));
        unmap(range);
        assertFalse(MEMORY.isExecutable(range.start()));
    }

    @Test
    void rangesArePublishedWithOneRequestAndDiscardedWithAnother() throws HostCallException {
        AddressRange range = MEMORY.map(3 * PAGE);
        List<AddressRange> pages =
                List.of(
                        AddressRange.of(range.start(), PAGE),
                        AddressRange.of(range.start().plus(PAGE), PAGE),
                        AddressRange.of(range.start().plus(2 * PAGE), PAGE));
        MEMORY.fill(range).fill((byte) 7);
        MEMORY.publish(
                List.of(
                        new GuestMemory.Publication(pages.get(0), MemProt.READ),
                        new GuestMemory.Publication(pages.get(1), MemProt.READ_EXEC),
                        new GuestMemory.Publication(pages.get(2), MemProt.READ_WRITE)));
        MemorySegment one = MemorySegment.ofArray(new byte[] {1});
        assertFalse(MEMORY.tryWrite(one, pages.get(0).start()));
        assertTrue(MEMORY.isExecutable(pages.get(1).start()));
        assertTrue(MEMORY.tryWrite(one, pages.get(2).start()));
        assertEquals(7, byteAt(pages.get(0).start()));
        assertEquals(Map.of(), MEMORY.discard(pages));
        pages.forEach(page -> assertEquals(0, byteAt(page.start())));
        unmap(range);
    }

    @Test
    void whatCannotBeDoneToARangeIsSaidOfThatRange() throws HostCallException {
        AddressRange good = MEMORY.map(PAGE);
        AddressRange bad = new AddressRange(good.start().plus(1), good.end());
        Map<AddressRange, HostCallException> failures = MEMORY.unmap(List.of(bad, good));
        assertEquals(Set.of(bad), failures.keySet());
        assertEquals(22, failures.get(bad).errno());
        assertFalse(MEMORY.tryRead(good.start(), MemorySegment.ofArray(new byte[1])));
    }

    @Test
    void aWordIsStoredWhereItCanBeWritten() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE);
        ExecutorAddress word = range.start().plus(8);
        publish(range, MemProt.READ_WRITE);
        assertTrue(MEMORY.tryStore(0x0102_0304_0506_0708L, word));
        assertEquals(8, byteAt(word));
        publish(range, MemProt.READ);
        assertFalse(MEMORY.tryStore(1, word));
        unmap(range);
        assertFalse(MEMORY.tryStore(1, word));
    }

    private static byte byteAt(ExecutorAddress address) {
        byte[] one = new byte[1];
        assertTrue(MEMORY.tryRead(address, MemorySegment.ofArray(one)));
        return one[0];
    }
}
