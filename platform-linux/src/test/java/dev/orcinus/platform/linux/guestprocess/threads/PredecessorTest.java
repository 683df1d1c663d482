package dev.orcinus.platform.linux.guestprocess.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests where a process has what its predecessor has had at an address. */
final class PredecessorTest {
    private static final MemoryMaps BEFORE =
            MemoryMaps.parse(
                    """
                    10000-20000 r--p 00000000 00:01 7                    /lib/libc.so.6
                    20000-30000 r-xp 00010000 00:01 7                    /lib/libc.so.6
                    50000-60000 r-xp 00000000 00:01 8                    /lib/other.so
                    70000-80000 rw-p 00000000 00:00 0                    [heap]
                    """);
    private static final MemoryMaps NOW =
            MemoryMaps.parse(
                    """
                    510000-520000 r--p 00000000 00:01 7                  /lib/libc.so.6
                    520000-530000 r-xp 00010000 00:01 7                  /lib/libc.so.6
                    700000-800000 rw-p 00000000 00:00 0                  [heap]
                    """);

    private static Optional<ExecutorAddress> moved(long address) {
        return Predecessor.moved(new ExecutorAddress(address), BEFORE, NOW);
    }

    @Test
    void aFunctionIsAtTheSamePlaceOfItsFile() {
        assertEquals(Optional.of(new ExecutorAddress(0x521234)), moved(0x21234));
        assertEquals(Optional.of(new ExecutorAddress(0x510000)), moved(0x10000));
    }

    @Test
    void whatIsInNoFileOfBothIsNotKnown() {
        assertEquals(Optional.empty(), moved(0x50000));
        assertEquals(Optional.empty(), moved(0x70000));
        assertEquals(Optional.empty(), moved(0x90000));
    }
}
