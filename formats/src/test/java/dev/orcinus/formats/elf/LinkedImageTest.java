package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the shared objects that describe linked code. */
final class LinkedImageTest {
    private static final long CODE = 0x7000_0000_0000L;
    private static final long DATA = CODE + 0x10000;
    private static final int E_PHNUM = 56;

    private static LinkedImage image() {
        LinkedImage image = new LinkedImage(Elf.EM_X86_64, "program");
        image.addSegment(DATA, 0x2000, true, false);
        image.addSegment(CODE, 0x1000, false, true);
        image.export("function", true, CODE + 0x10, 32);
        image.export("variable", false, DATA + 8, 4);
        image.addFrame(CODE + 0x40, CODE + 0xf40);
        image.addFrame(CODE + 0x10, CODE + 0xf00);
        return image;
    }

    /** {@code p_type}, {@code p_flags}, {@code p_vaddr} and {@code p_memsz} of each segment. */
    private static List<List<Long>> segments(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<List<Long>> segments = new ArrayList<>();
        for (int i = 0; i < bytes.getShort(E_PHNUM); i++) {
            int at = ElfHeader.BYTES + i * ProgramHeader.BYTES;
            segments.add(
                    List.of(
                            (long) bytes.getInt(at),
                            (long) bytes.getInt(at + 4),
                            bytes.getLong(at + 16),
                            bytes.getLong(at + 40)));
        }
        return segments;
    }

    @Test
    void theSegmentsLieInTheOrderOfTheirAddresses() {
        for (long tables : new long[] {CODE - 0x1000, CODE + 0x4000, DATA + 0x2000}) {
            LinkedImage image = image();
            List<List<Long>> loaded =
                    segments(image.write(tables)).stream()
                            .filter(segment -> segment.getFirst() == Elf.PT_LOAD)
                            .toList();
            assertEquals(3, loaded.size());
            assertTrue(loaded.get(0).get(2) < loaded.get(1).get(2), loaded::toString);
            assertTrue(loaded.get(1).get(2) < loaded.get(2).get(2), loaded::toString);
            assertTrue(loaded.contains(List.of(1L, 5L, CODE, 0x1000L)), loaded::toString);
            assertTrue(loaded.contains(List.of(1L, 6L, DATA, 0x2000L)), loaded::toString);
            assertTrue(
                    loaded.contains(List.of(1L, 6L, tables, image.tableBytes())), loaded::toString);
        }
    }

    @Test
    void itsSymbolsHaveTheAddressesOfTheCode() throws MalformedFileException {
        byte[] file = image().write(CODE - 0x1000);
        LibraryFile library =
                LibraryFile.read(new FileBytes("image", MemorySegment.ofArray(file))).orElseThrow();
        assertEquals(CODE + 0x10, library.find("function", "").orElseThrow().value());
        assertTrue(library.find("function", "").orElseThrow().isFunction());
        assertEquals(DATA + 8, library.find("variable", "").orElseThrow().value());
    }

    @Test
    void itNamesTheLibrariesBehindIt() {
        LinkedImage image = image();
        image.addNeeded("/lib/first.so");
        image.addNeeded("/lib/second.so");
        ByteBuffer file =
                ByteBuffer.wrap(image.write(CODE - 0x1000)).order(ByteOrder.LITTLE_ENDIAN);
        int dynamic =
                (int)
                        (segments(file.array()).stream()
                                        .filter(s -> s.getFirst() == Elf.PT_DYNAMIC)
                                        .findFirst()
                                        .orElseThrow()
                                        .get(2)
                                - (CODE - 0x1000));
        assertEquals(Elf.DT_NEEDED, file.getLong(dynamic));
        assertEquals(Elf.DT_NEEDED, file.getLong(dynamic + 16));
        assertTrue(file.getLong(dynamic + 8) < file.getLong(dynamic + 24));
        assertEquals(Elf.DT_SONAME, file.getLong(dynamic + 32));
    }

    @Test
    void theTableOfFramesIsSorted() {
        long tables = CODE - 0x1000;
        byte[] file = image().write(tables);
        long header =
                segments(file).stream()
                        .filter(segment -> segment.getFirst() == Elf.PT_GNU_EH_FRAME)
                        .findFirst()
                        .orElseThrow()
                        .get(2);
        ByteBuffer table = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        table.position((int) (header - tables));
        assertEquals(0x3b031b01, table.getInt());
        assertEquals(CODE + 0xf00, header + 4 + table.getInt());
        assertEquals(2, table.getInt());
        long[] expected = {CODE + 0x10, CODE + 0xf00, CODE + 0x40, CODE + 0xf40};
        for (long address : expected) {
            assertEquals(address, header + table.getInt());
        }
    }
}
