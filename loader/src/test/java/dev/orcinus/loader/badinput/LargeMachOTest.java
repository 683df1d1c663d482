package dev.orcinus.loader.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.input.ObjectReader;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mach-O objects that are large or claim to be large take bounded time and memory. */
@Timeout(60)
final class LargeMachOTest {
    private static final int LITERALS = 60_000;
    private static final int LITERAL_BYTES = 16;
    private static final int MOST_ALIGNED = 15;

    private static LinkGraph read(MachOWriter object) {
        return ObjectReader.read("large.o", MemorySegment.ofArray(object.toBytes()));
    }

    private static int blocks(LinkGraph graph, String section) {
        return graph.find(section, Section.Use.CONSTANTS).blocks().size();
    }

    /** In each pair of bytes, one more in the first and 31 less in the second is the same. */
    private static byte[] colliding() {
        byte[] content = new byte[LITERALS * LITERAL_BYTES];
        for (int i = 0; i < LITERALS; i++) {
            int digits = i;
            for (int at = 0; at < LITERAL_BYTES; at += 2) {
                content[i * LITERAL_BYTES + at] = (byte) (1 + digits % 4);
                content[i * LITERAL_BYTES + at + 1] = (byte) (120 - 31 * (digits % 4));
                digits /= 4;
            }
        }
        return content;
    }

    @Test
    void literalsOfOneHashCode() {
        MachOWriter object =
                new MachOWriter()
                        .add(
                                "__TEXT",
                                "__literal16",
                                MachOWriter.S_16BYTE_LITERALS,
                                4,
                                colliding());
        assertEquals(LITERALS, blocks(read(object), "__TEXT,__literal16"));
    }

    @Test
    void emptyTextsAtAllDistancesFromAnAlignedPlace() {
        MachOWriter object =
                new MachOWriter()
                        .add(
                                "__TEXT",
                                "__cstring",
                                MachOWriter.S_CSTRING_LITERALS,
                                MOST_ALIGNED,
                                new byte[1 << 20]);
        assertEquals(1 << MOST_ALIGNED, blocks(read(object), "__TEXT,__cstring"));
    }

    @Test
    void unwindInfoOfZeros() {
        MachOWriter object = new MachOWriter().addZeros("__LD", "__compact_unwind", 1L << 31);
        assertEquals(
                "large.o+0x68: section 1 '__LD,__compact_unwind' is zero-filled,"
                        + " but its entries describe functions",
                assertThrows(LinkException.class, () -> read(object)).getMessage());
    }

    @Test
    void aSectionOfMoreThanTwoGigabytes() {
        MachOWriter object = new MachOWriter().addZeros("__DATA", "__bss", (1L << 31) + 1);
        assertEquals(
                "large.o+0x68: section 1 '__DATA,__bss' has 0x80000001 bytes;"
                        + " the limit is 0x80000000",
                assertThrows(LinkException.class, () -> read(object)).getMessage());
    }
}
