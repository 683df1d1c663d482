package dev.orcinus.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** A memory manager over a fake guest, and the steps that many tests share. */
final class MemoryFixture {
    static final long PAGE = FakeGuestMemory.PAGE;
    static final AllocGroup R = group(MemProt.READ);
    static final AllocGroup RW = group(MemProt.READ_WRITE);
    static final AllocGroup RX = group(MemProt.READ_EXEC);
    static final AllocGroup TRANSIENT = new AllocGroup(MemProt.READ_WRITE, MemLifetime.FINALIZE);

    final FakeGuestMemory host = FakeGuestMemory.withoutGaps();
    final MemoryManager manager = new MemoryManager(host);
    final ActionLog log = new ActionLog();

    private static AllocGroup group(MemProt prot) {
        return new AllocGroup(prot, MemLifetime.STANDARD);
    }

    /** Allocates one readable page, with actions of these names. */
    ExecutorAddress allocate(ExecutorAddress address, String... actions)
            throws AllocationException {
        return allocate(R, address, PAGE, actions);
    }

    ExecutorAddress allocate(
            AllocGroup group, ExecutorAddress address, long sizeBytes, String... actions)
            throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(group, address, sizeBytes, 0);
        return allocation.finish(log.pairs(actions));
    }

    /** Requires that {@code action} fails with exactly this message. */
    static AllocationException assertFails(String message, Executable action) {
        AllocationException e = assertThrows(AllocationException.class, action);
        assertEquals(message, e.fullMessage());
        return e;
    }

    /** Fills memory that no allocation uses with bytes of guest code. */
    void dirty(AddressRange range) {
        byte[] bytes = new byte[(int) range.sizeBytes()];
        Arrays.fill(bytes, (byte) 0xee);
        host.put(range.start(), bytes);
    }

    void assertBytes(int expected, ExecutorAddress address, long sizeBytes) {
        byte[] bytes = new byte[(int) sizeBytes];
        Arrays.fill(bytes, (byte) expected);
        byte[] memory = host.peek(AddressRange.of(address, sizeBytes));
        assertArrayEquals(bytes, memory, "bytes at " + address);
    }

    /**
     * Requires that all of a private reservation is writable, zero and claimed by no allocation.
     */
    void assertFree(ExecutorAddress base, long sizeBytes) throws AllocationException {
        for (long offset = 0; offset < sizeBytes; offset += PAGE) {
            ExecutorAddress page = base.plus(offset);
            assertEquals(MemProt.READ_WRITE, host.protAt(page), "protection at " + page);
        }
        assertBytes(0, base, sizeBytes);
        InFlightAllocation probe = manager.begin();
        probe.addSegment(RW, base, sizeBytes, 0);
        probe.abandon();
    }

    /** Requires that nothing is left, on the books and in the host. */
    void assertNothingLeft() {
        assertEquals(new MemoryManager.Usage(0, 0), manager.usage());
        assertEquals(List.of(), host.mapped(), "mapped");
        assertEquals(0, host.names().size(), "names left: " + host.names());
    }
}
