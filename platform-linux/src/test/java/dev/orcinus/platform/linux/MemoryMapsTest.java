package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MemoryMapsTest {
    private static final MemoryMaps MAPS =
            MemoryMaps.parse(
                    """
                    00001000-00002000 ---p 00000000 00:00 0
                    00003000-00004000 rwxp 00000000 00:00 0
                    00004000-00008000 ---p 00000000 00:00 0
                    00008000-00009000 rw-p 00000000 00:00 0                          [heap]
                    00009000-0000a000 r--p 00000000 08:01 42         /jdk/lib/libjvm.so
                    0000a000-0000b000 r-xp 00001000 08:01 42         /jdk/lib/libjvm.so
                    ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]
                    """);

    @Test
    void tellsWhatIsExecutable() {
        assertTrue(MAPS.isExecutable(new ExecutorAddress(0x3fff)));
        assertFalse(MAPS.isExecutable(new ExecutorAddress(0x2fff)));
        assertFalse(MAPS.isExecutable(new ExecutorAddress(0x4000)));
        assertTrue(MAPS.isExecutable(new ExecutorAddress(0xffffffffff600000L)));
    }

    @Test
    void aRangeMayGoAcrossMappingsButNotAcrossAHole() {
        assertTrue(MAPS.isReadable(range(0x8ff0, 0xb000)));
        assertFalse(MAPS.isReadable(range(0x8ff0, 0xb001)));
        assertTrue(MAPS.isWritable(range(0x8000, 0x9000)));
        assertFalse(MAPS.isWritable(range(0x8000, 0x9001)));
        assertFalse(MAPS.isReadable(range(0x2000, 0x2001)));
    }

    @Test
    void findsAFileByName() {
        assertEquals(range(0x9000, 0xb000), MAPS.rangeOf("libjvm.so"));
        assertTrue(MAPS.rangeOf("jvm.so").isEmpty());
    }

    @Test
    void neighboursWithTheSamePermissionsMakeARun() {
        Set<String> permissions = Set.of("rwxp", "---p");
        assertEquals(
                range(0x3000, 0x8000), MAPS.runAround(new ExecutorAddress(0x3000), permissions));
        assertEquals(
                range(0x1000, 0x2000), MAPS.runAround(new ExecutorAddress(0x1800), permissions));
        assertTrue(MAPS.runAround(new ExecutorAddress(0x8000), permissions).isEmpty());
    }

    @Test
    void theLastVariablesOfALibraryLieBehindItsFile() {
        MemoryMaps maps =
                MemoryMaps.parse(
                        """
                        00001000-00002000 r-xp 00000000 08:01 42         /lib/a.so
                        00002000-00003000 rw-p 00001000 08:01 42         /lib/a.so
                        00003000-00004000 rw-p 00000000 00:00 0
                        00005000-00006000 rw-p 00000000 00:00 0
                        00006000-00007000 rw-p 00000000 00:00 0          [heap]
                        """);
        assertEquals(Optional.of("/lib/a.so"), maps.libraryAt(new ExecutorAddress(0x1000)));
        assertEquals(Optional.of("/lib/a.so"), maps.libraryAt(new ExecutorAddress(0x3fff)));
        assertEquals(Optional.empty(), maps.libraryAt(new ExecutorAddress(0x4000)));
        assertEquals(Optional.empty(), maps.libraryAt(new ExecutorAddress(0x5000)));
        assertEquals(Optional.empty(), maps.libraryAt(new ExecutorAddress(0x6000)));
    }

    @Test
    void aRangeIsCutByItsMappings() {
        assertEquals(
                List.of(range(0x1800, 0x2000), range(0x3000, 0x3800)),
                MAPS.within(range(0x1800, 0x3800)));
        assertTrue(MAPS.isFree(range(0x2000, 0x3000)));
        assertFalse(MAPS.isFree(range(0x2000, 0x3001)));
        assertFalse(MAPS.isFree(range(0x1fff, 0x3000)));
    }

    @Test
    void theMappingsOfAFileMakeARun() {
        assertEquals(range(0x9000, 0xb000), MAPS.runAround(new ExecutorAddress(0xa800), "libjvm"));
        assertTrue(MAPS.runAround(new ExecutorAddress(0x8000), "libjvm").isEmpty());
    }

    private static AddressRange range(long start, long end) {
        return new AddressRange(new ExecutorAddress(start), new ExecutorAddress(end));
    }
}
