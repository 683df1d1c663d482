package dev.orcinus.platform.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that each FDE of a section is found, and nothing else. */
final class FrameDescriptionsTest {
    private static final long START = 0x10000;

    @Test
    void aCieIsPassedOverAndTheZeroEndsTheSection() {
        ByteBuffer section = section(64);
        section.putInt(12).putInt(0).putLong(0); // 0: a CIE
        section.putInt(20).putInt(20).putLong(1).putLong(2); // 16: an FDE
        section.putInt(12).putInt(44).putLong(3); // 40: an FDE
        section.putInt(0).putInt(77); // 56: the end
        assertEquals(List.of(START + 16, START + 40), found(section));
    }

    @Test
    void aLongRecordHasItsIdBehindTheLongLength() {
        ByteBuffer section = section(60);
        section.putInt(-1).putLong(12).putInt(0).putLong(0); // 0: a CIE
        section.putInt(-1).putLong(12).putInt(36).putLong(9); // 24: an FDE
        section.putInt(4).putInt(50).putInt(0); // 48: an FDE
        assertEquals(List.of(START + 24, START + 48), found(section));
    }

    @Test
    void aSectionWithoutAnEndEndsWithItsBytes() {
        ByteBuffer section = section(12);
        section.putInt(8).putInt(4).putInt(0);
        assertEquals(List.of(START), found(section));
    }

    private static ByteBuffer section(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Long> found(ByteBuffer section) {
        List<Long> found = new ArrayList<>();
        new FrameDescriptions(START, MemorySegment.ofBuffer(section.rewind())).forEach(found::add);
        return found;
    }
}
