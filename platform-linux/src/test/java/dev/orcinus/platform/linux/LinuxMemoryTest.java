package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.HOST;
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
import org.junit.jupiter.api.Test;

final class LinuxMemoryTest {
    private static final GuestMemory MEMORY = HOST.memory();
    private static final long PAGE = MEMORY.pageSizeBytes();

    @Test
    void mapsWholePagesOfZerosThatCanBeWritten() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE + 1);
        assertEquals(2 * PAGE, range.sizeBytes());
        MemorySegment view = MEMORY.view(range);
        assertEquals(0, view.get(JAVA_BYTE, 2 * PAGE - 1));
        view.fill((byte) 7);
        MEMORY.unmap(range);
        assertFalse(MEMORY.tryRead(range.start(), MemorySegment.ofArray(new byte[1])));
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

    @Test
    void aLargeMapIsFilledAndProtectedInParts() throws HostCallException {
        AddressRange range = MEMORY.map(16 << 20);
        MEMORY.view(range).fill((byte) 1);
        AddressRange part = AddressRange.of(range.start().plus(3 * PAGE), PAGE);
        MEMORY.protect(part, MemProt.READ_EXEC);
        assertTrue(MEMORY.isExecutable(part.start()));
        assertFalse(MEMORY.isExecutable(part.end()));
        MEMORY.unmap(range);
    }

    @Test
    void discardedPagesReadAsZerosAndCanBeWrittenAgain() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE);
        MEMORY.view(range).fill((byte) 7);
        MEMORY.protect(range, MemProt.READ);
        MEMORY.discard(range);
        MemorySegment view = MEMORY.view(range);
        assertEquals(0, view.get(JAVA_BYTE, 0));
        view.set(JAVA_BYTE, 0, (byte) 1);
        MEMORY.unmap(range);
    }

    @Test
    void checkedCopiesReportFaults() throws HostCallException {
        AddressRange range = MEMORY.map(2 * PAGE);
        AddressRange first = AddressRange.of(range.start(), PAGE);
        MEMORY.view(range).fill((byte) 7);
        MEMORY.unmap(new AddressRange(first.end(), range.end()));
        byte[] four = new byte[4];
        assertTrue(MEMORY.tryRead(range.start(), MemorySegment.ofArray(four)));
        assertArrayEquals(new byte[] {7, 7, 7, 7}, four);
        ExecutorAddress across = new ExecutorAddress(first.end().value() - 2);
        assertFalse(MEMORY.tryRead(across, MemorySegment.ofArray(four)));
        assertFalse(MEMORY.tryWrite(MemorySegment.ofArray(four), across));
        assertTrue(MEMORY.tryWrite(MemorySegment.ofArray(new byte[] {9}), range.start()));
        assertEquals(9, MEMORY.view(first).get(JAVA_BYTE, 0));
        MEMORY.protect(first, MemProt.READ);
        assertFalse(MEMORY.tryWrite(MemorySegment.ofArray(four), range.start()));
        MEMORY.unmap(first);
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
        MEMORY.view(range).fill((byte) 7);
        MemorySegment local = MemorySegment.ofArray(new byte[4]);
        assertTrue(CheckedCopy.copyByMaps(local, range.start(), false));
        assertEquals(7, local.get(JAVA_BYTE, 3));
        MEMORY.protect(range, MemProt.READ);
        assertFalse(CheckedCopy.copyByMaps(local, range.start(), true));
        MEMORY.unmap(range);
        assertFalse(CheckedCopy.copyByMaps(local, range.start(), false));
        assertFalse(CheckedCopy.copyByMaps(local, new ExecutorAddress(-2), false));
    }

    @Test
    void nothingIsExecutableBeforeItIsProtectedSo() throws HostCallException {
        AddressRange range = MEMORY.map(PAGE);
        assertFalse(MEMORY.isExecutable(range.start()));
        MEMORY.protect(range, MemProt.EXEC);
        assertTrue(MEMORY.isExecutable(range.start()));
        MEMORY.unmap(range);
        assertFalse(MEMORY.isExecutable(range.start()));
    }
}
