package dev.orcinus.protocol.sps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.orcinus.protocol.Wire;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class SpsWriterTest {
    @Test
    void writesBackToBack() {
        SpsWriter out = new SpsWriter();
        out.writeBoolean(true).writeShort((short) 2).writeInt(3).writeLong(4);
        out.writeAddress(Wire.address(5)).writeString("six").writeBytes(new byte[] {7});
        assertArrayEquals(
                Wire.of("01 | 0200 | 03000000 | 04.. | 05.. | 03.. 'six' | 07"), out.toBytes());
    }

    @Test
    void growsAcrossEveryBoundary() {
        for (int before = 0; before <= 200; before++) {
            SpsWriter out = new SpsWriter().writeBytes(new byte[before]).writeLong(-1);
            byte[] bytes = out.toBytes();
            assertEquals(before + Long.BYTES, bytes.length, "after " + before + " bytes");
            assertEquals(-1, bytes[before], "first byte of the number after " + before + " bytes");
            assertEquals(-1, bytes[before + 7], "last byte of the number after " + before);
        }
    }

    @Test
    void growsByMoreThanTwice() {
        byte[] bytes = new SpsWriter().writeBlob(new byte[100_000]).toBytes();
        assertEquals(100_008, bytes.length);
    }

    @Test
    void handsOutCopies() {
        SpsWriter out = new SpsWriter().writeByte((byte) 1);
        byte[] first = out.toBytes();
        first[0] = 9;
        assertNotSame(first, out.toBytes());
        assertArrayEquals(new byte[] {1}, out.toBytes());
    }

    @Test
    void aBlobToFillIsZeroAndPartOfTheBuffer() {
        SpsWriter out = new SpsWriter(4).writeByte((byte) 7);
        out.writeBlobToFill(3).set(ValueLayout.JAVA_BYTE, 1, (byte) 9);
        assertArrayEquals(Wire.of("07 | 03.. | 000900 | 08"), out.writeByte((byte) 8).toBytes());
    }

    @Test
    void aFullBufferIsHandedOutWithoutACopy() {
        SpsWriter out = new SpsWriter(8).writeLong(5);
        assertSame(out.toBytes(), out.toBytes());
    }

    @Test
    void aBufferThatGrowsDoubles() {
        SpsWriter out = new SpsWriter(8).writeLong(5).writeByte((byte) 1);
        assertNotSame(out.toBytes(), out.toBytes(), "9 bytes of 16");
        out.writeBytes(new byte[7]);
        assertSame(out.toBytes(), out.toBytes(), "16 bytes of 16");
    }
}
