package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with made-up processes, whose libraries lie from {@link #TOP} downwards. */
final class SlabGapsTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TOP = 0x7f80_0000_0000L;
    private static final long LIBRARY_BYTES = 2 * MIB;
    private static final long SLAB_BYTES = 512 * MIB;

    /** A mapping; those with {@code .so} in their name are libraries. */
    private record Line(long start, long sizeBytes, String file) {
        static Line library(long below, String file) {
            return new Line(TOP - below, LIBRARY_BYTES, "/lib/" + file);
        }

        static Line memory(long below, long sizeBytes) {
            return new Line(TOP - below, sizeBytes, "");
        }

        @Override
        public String toString() {
            return "%x-%x r-xp 00000000 08:01 42 %s%n".formatted(start, start + sizeBytes, file);
        }
    }

    private final List<Line> lines = new ArrayList<>(List.of(Line.library(0, "libc.so.6")));

    private Optional<AddressRange> gap(long sizeBytes) {
        lines.sort((one, other) -> Long.compare(one.start, other.start));
        StringBuilder text = new StringBuilder();
        lines.forEach(text::append);
        return SlabGaps.nearLibraries(MemoryMaps.parse(text.toString()), sizeBytes);
    }

    /** Finds a gap of the size that is asked for. */
    private long find(long sizeBytes) {
        AddressRange gap = gap(sizeBytes).orElseThrow();
        assertEquals(sizeBytes, gap.sizeBytes());
        return gap.start().value();
    }

    private void assertNear(long slab, long sizeBytes, long below) {
        assertTrue(isNear(slab, sizeBytes, below), () -> Long.toHexString(TOP - slab));
    }

    private static boolean isNear(long slab, long sizeBytes, long below) {
        long library = TOP - below;
        return slab + sizeBytes - library <= 2 * GIB
                && library + LIBRARY_BYTES - slab <= 2 * GIB
                && (slab + sizeBytes <= library || library + LIBRARY_BYTES <= slab);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3})
    void allLibrariesAreNearIfTheyLieTogether(long gib) {
        lines.add(Line.library(LIBRARY_BYTES + gib * GIB, "libother.so"));
        lines.add(Line.memory(-LIBRARY_BYTES, 8 * GIB));
        long slab = find(SLAB_BYTES);
        assertNear(slab, SLAB_BYTES, 0);
        assertNear(slab, SLAB_BYTES, LIBRARY_BYTES + gib * GIB);
    }

    @ParameterizedTest
    @CsvSource({"5, 0", "-5, 0", "5, 1", "-5, 1"})
    void commonLibrariesAreNearIfOthersAreFar(long gib, long commonGib) {
        long common = LIBRARY_BYTES + commonGib * GIB;
        lines.add(Line.library(common, "libstdc++.so.6.0.30"));
        lines.add(Line.library(gib * GIB, "libother.so"));
        lines.add(Line.library(gib * GIB + LIBRARY_BYTES, "libcommon.so"));
        long slab = find(SLAB_BYTES);
        assertNear(slab, SLAB_BYTES, 0);
        assertNear(slab, SLAB_BYTES, common);
    }

    @ParameterizedTest
    @CsvSource({
        "libstdc++.so.6.0.30, libm.so.6",
        "libm-2.31.so, libgcc_s.so.1",
        "libgcc_s.so.1, ld-linux-x86-64.so.2",
        "ld-linux-aarch64.so.1, libpthread-2.31.so",
        "libpthread.so.0, libcurl.so.4"
    })
    void theMoreImportantOneOfTwoIsNear(String first, String second) {
        lines.add(Line.library(5 * GIB / 2, second));
        lines.add(Line.library(-5 * GIB / 2, first));
        long slab = find(SLAB_BYTES);
        assertNear(slab, SLAB_BYTES, 0);
        assertNear(slab, SLAB_BYTES, -5 * GIB / 2);
    }

    /** The libraries lie 3.75 GiB apart, which leaves a window of 256 MiB between them. */
    @Test
    void aCommonLibraryIsWorthASmallerSlabAndAnotherIsNot() {
        long far = 15 * GIB / 4;
        lines.add(Line.library(far, "libother.so"));
        assertNear(find(SLAB_BYTES), SLAB_BYTES, 0);
        lines.add(Line.library(far + LIBRARY_BYTES, "libm.so.6"));
        assertEquals(Optional.empty(), gap(SLAB_BYTES));
        long slab = find(SLAB_BYTES / 4);
        assertNear(slab, SLAB_BYTES / 4, 0);
        assertNear(slab, SLAB_BYTES / 4, far + LIBRARY_BYTES);
    }

    @Test
    void anyPlaceWillDoIfThereIsNoRoomNearAnyLibrary() {
        lines.add(Line.memory(8 * GIB, 8 * GIB));
        lines.add(Line.memory(-LIBRARY_BYTES, 8 * GIB));
        assertEquals(TOP - 8 * GIB - SLAB_BYTES, find(SLAB_BYTES));
    }

    @Test
    void aProcessWithoutLibrariesHasNoPlaceNearThem() {
        lines.clear();
        lines.add(Line.memory(0, GIB));
        assertEquals(Optional.empty(), gap(SLAB_BYTES));
    }

    /** libgcc's unwinder does not find a function there. */
    @ParameterizedTest
    @ValueSource(longs = {0, 2, 100, 510, 512, 514})
    void noSlabHoldsAMultipleOf4GiB(long aboveMib) {
        long end = 0x7f70_0000_0000L + aboveMib * MIB;
        lines.clear();
        lines.add(new Line(end, LIBRARY_BYTES, "/lib/libc.so.6"));
        long slab = find(SLAB_BYTES);
        assertTrue(slab + SLAB_BYTES <= end, () -> Long.toHexString(slab));
        assertEquals((slab - 1) >>> 32, (slab + SLAB_BYTES - 1) >>> 32, Long.toHexString(slab));
        assertTrue(end - slab <= 2 * SLAB_BYTES + 4 * MIB, () -> Long.toHexString(slab));
    }
}
