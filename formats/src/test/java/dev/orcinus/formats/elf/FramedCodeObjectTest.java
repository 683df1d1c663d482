package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** DebuggerTest has GDB read such objects. */
final class FramedCodeObjectTest {
    private static final long START = 0x7fff_dead_0000L;
    private static final long SIZE_BYTES = 240L << 20;

    private static ElfFile file(int machine) throws MalformedFileException {
        byte[] bytes = FramedCodeObject.write(machine, "java", START, SIZE_BYTES);
        return ElfFile.read(new FileBytes("framed", MemorySegment.ofArray(bytes)));
    }

    private static ByteBuffer content(ElfFile file, int section) throws MalformedFileException {
        byte[] bytes = file.content(file.sections()[section]).toArray(ValueLayout.JAVA_BYTE);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void theCodeIsNotInTheFile() throws MalformedFileException {
        ElfFile file = file(Elf.EM_X86_64);
        SectionHeader text = file.sections()[1];
        assertEquals(".text", file.name(text));
        assertEquals(Elf.SHT_NOBITS, text.type());
        assertEquals(START, text.address());
        assertEquals(SIZE_BYTES, text.sizeBytes());
        ByteBuffer symbols = content(file, 3);
        assertEquals(Elf.STB_GLOBAL << 4 | Elf.STT_FUNC, symbols.get(24 + 4));
        assertEquals(SIZE_BYTES, symbols.getLong(24 + 16));
    }

    @Test
    void oneEntryCoversAllOfIt() throws MalformedFileException {
        ByteBuffer frames = content(file(Elf.EM_X86_64), 2);
        byte[] rules = new byte[7];
        frames.get(13, rules);
        assertArrayEquals(new byte[] {0x0c, 6, 16, (byte) 0x90, 1, (byte) 0x86, 2}, rules);
        assertEquals(28, frames.getInt(28), "the way back to the common entry");
        assertEquals(START, frames.getLong(32));
        assertEquals(SIZE_BYTES, frames.getLong(40));
        assertEquals(0, frames.getInt(48), "the end");
    }

    @Test
    void processorsHaveTheirRegisters() throws MalformedFileException {
        ByteBuffer frames = content(file(Elf.EM_AARCH64), 2);
        assertEquals(30, frames.get(12));
        assertEquals(29, frames.get(14));
        assertThrows(IllegalArgumentException.class, () -> FramedCodeObject.write(3, "java", 0, 1));
    }
}
