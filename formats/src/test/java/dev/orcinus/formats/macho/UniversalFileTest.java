package dev.orcinus.formats.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Universal files of both sorts, and what looks like them. */
final class UniversalFileTest {
    private static UniversalFile read(byte[] file) throws MalformedFileException {
        return UniversalFile.read(new FileBytes("made.o", MemorySegment.ofArray(file)));
    }

    private static FileKind kind(byte[] file) {
        return FileKind.of(MemorySegment.ofArray(file));
    }

    /** Two slices, and one field of them changed. */
    private static byte[] file32With(int offset, int value) {
        return with(file32(), offset, value);
    }

    private static byte[] with(byte[] file, int offset, int value) {
        ByteBuffer.wrap(file).putInt(offset, value);
        return file;
    }

    private static byte[] file32() {
        ByteBuffer file = ByteBuffer.allocate(64).putInt(0xcafebabe).putInt(2);
        file.putInt(MachO.CPU_TYPE_ARM64).putInt(0).putInt(48).putInt(4).putInt(2);
        file.putInt(MachO.CPU_TYPE_X86_64).putInt(3).putInt(52).putInt(8).putInt(2);
        return file.array();
    }

    @Test
    void offsetsOf32Bits() throws MalformedFileException {
        UniversalFile file = read(file32());
        assertEquals("aarch64, x86_64", file.processors());
        UniversalFile.Slice slice = file.slice("x86_64").orElseThrow();
        assertEquals(new UniversalFile.Slice(MachO.CPU_TYPE_X86_64, 3, 52, 8), slice);
        assertEquals(8, file.content(slice).byteSize());
        assertTrue(file.slice("powerpc").isEmpty());
    }

    @Test
    void offsetsOf64Bits() throws MalformedFileException {
        ByteBuffer file = ByteBuffer.allocate(64).putInt(0xcafebabf).putInt(1);
        file.putInt(MachO.CPU_TYPE_X86_64).putInt(3).putLong(48).putLong(16).putInt(2).putInt(0);
        assertEquals(
                new UniversalFile.Slice(MachO.CPU_TYPE_X86_64, 3, 48, 16),
                read(file.array()).slice("x86_64").orElseThrow());
    }

    @Test
    void aSliceOutsideOfTheFileIsRefused() {
        MalformedFileException refusal =
                assertThrows(MalformedFileException.class, () -> read(file32With(40, 60)));
        assertEquals(
                "made.o+0x34: slice 1 (x86_64) of 0x3c bytes at 0x34 leaves the file, which has"
                        + " 0x40 bytes",
                refusal.getMessage());
        assertThrows(MalformedFileException.class, () -> read(file32With(4, 3)));
    }

    @Test
    void theSliceForAllModelsIsTaken() throws MalformedFileException {
        ByteBuffer file = ByteBuffer.allocate(128).putInt(0xcafebabe).putInt(5);
        for (int[] slice : new int[][] {{2, 108}, {0x8000_0002, 109}, {0x8000_0000, 110}}) {
            file.putInt(MachO.CPU_TYPE_ARM64).putInt(slice[0]).putInt(slice[1]).putInt(1).putInt(0);
        }
        for (int[] slice : new int[][] {{8, 111}, {3, 112}}) {
            file.putInt(MachO.CPU_TYPE_X86_64).putInt(slice[0]).putInt(slice[1]).putInt(1);
            file.putInt(0);
        }
        UniversalFile read = read(file.array());
        assertEquals(110, read.slice("aarch64").orElseThrow().offset());
        assertEquals(112, read.slice("x86_64").orElseThrow().offset());
        assertEquals(108, read(with(file.array(), 52, 2)).slice("aarch64").orElseThrow().offset());
    }

    @Test
    void aClassOfJavaIsNoUniversalFile() {
        assertEquals(FileKind.OTHER, kind(file32With(4, 69)));
        assertEquals(FileKind.UNIVERSAL, kind(file32()));
    }

    @Test
    void otherSortsOfMachOAreNamed() {
        assertEquals("a big-endian Mach-O file", kind(file32With(0, 0xfeedfacf)).description());
        assertEquals(FileKind.MACH_O_32, kind(file32With(0, 0xcefaedfe)));
    }
}
