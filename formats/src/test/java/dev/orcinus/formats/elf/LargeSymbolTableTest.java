package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Tests the search for functions in a table that is copied in several parts. */
final class LargeSymbolTableTest {
    private static final int SYMBOLS = 10_000;
    private static final int NAME_BYTES = 8;
    private static final long FIRST = 0x1000;
    private static final long DISTANCE = 16;
    private static final int SIZE_BYTES = 8;

    /** Returns a library whose functions f00001, f00002 ... lie one after the other, with gaps. */
    private static ElfFile library() throws MalformedFileException {
        int strings = ElfHeader.BYTES;
        int symbols = strings + SYMBOLS * NAME_BYTES;
        int sections = symbols + SYMBOLS * ElfSymbol.BYTES;
        ByteBuffer file =
                ByteBuffer.allocate(sections + 3 * SectionHeader.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1).position(16);
        file.putShort((short) 3).putShort((short) Elf.EM_X86_64).putInt(1);
        file.putLong(0).putLong(0).putLong(sections).putInt(0);
        file.putShort((short) ElfHeader.BYTES).putShort((short) 0).putShort((short) 0);
        file.putShort((short) SectionHeader.BYTES).putShort((short) 3).putShort((short) 1);
        for (int i = 1; i < SYMBOLS; i++) {
            file.position(strings + i * NAME_BYTES);
            file.put("f%05d".formatted(i).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            file.position(symbols + i * ElfSymbol.BYTES);
            file.putInt(i * NAME_BYTES).put((byte) (1 << 4 | Elf.STT_FUNC)).put((byte) 0);
            file.putShort((short) 1).putLong(FIRST + i * DISTANCE).putLong(SIZE_BYTES);
        }
        section(file, sections + SectionHeader.BYTES, Elf.SHT_STRTAB, strings, symbols, 0);
        section(file, sections + 2 * SectionHeader.BYTES, Elf.SHT_SYMTAB, symbols, sections, 1);
        return ElfFile.read(new FileBytes("library", MemorySegment.ofArray(file.array())));
    }

    private static void section(ByteBuffer file, int at, int type, int start, int end, int link) {
        file.position(at);
        file.putInt(0).putInt(type).putLong(0).putLong(0).putLong(start).putLong(end - start);
        file.putInt(link).putInt(0).putLong(1);
        file.putLong(type == Elf.SHT_SYMTAB ? ElfSymbol.BYTES : 0);
    }

    @Test
    void functionsInAllPartsAreFound() throws MalformedFileException {
        ElfFunctions functions = new ElfFunctions(library());
        for (int i : new int[] {1, 2, 4095, 4096, 4097, 8191, 8192, 8193, SYMBOLS - 1}) {
            for (long inside : new long[] {0, SIZE_BYTES - 1}) {
                long address = FIRST + i * DISTANCE + inside;
                assertEquals("f%05d".formatted(i), functions.find(address).orElseThrow().name());
            }
            assertEquals(
                    java.util.Optional.empty(), functions.find(FIRST + i * DISTANCE + SIZE_BYTES));
        }
    }

    @Test
    void theSearchGoesOnBehindASymbol() throws MalformedFileException {
        SymbolTable table = SymbolTable.of(library()).orElseThrow();
        long address = FIRST + 5000 * DISTANCE;
        assertEquals(5000, table.spanning(address, 1));
        assertEquals(5000, table.spanning(address, 5000));
        assertEquals(SYMBOLS, table.spanning(address, 5001));
        assertEquals(SYMBOLS, table.spanning(address, SYMBOLS));
    }
}
