package dev.orcinus.formats.macho;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An object made by hand is read as it was made; one whose fields lie is refused. */
final class MachFileTest {
    private static final int TEXT = 104;
    private static final int DATA = 184;
    private static final int RELOCATION = 352;
    private static final int SIZE = 408;

    private static MachFile read(byte[] object) throws MalformedFileException {
        MachFile file = MachFile.read(new FileBytes("made.o", MemorySegment.ofArray(object)));
        for (MachSection section : file.sections()) {
            file.relocations(section);
        }
        return file;
    }

    /** Two sections, two symbols, one relocation, and a command of each sort that is read. */
    private static byte[] object() {
        ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        ints(out, MachO.MH_MAGIC_64, MachO.CPU_TYPE_X86_64, 3, MachO.MH_OBJECT, 5, 312, 0x2000, 0);
        ints(out, MachO.LC_SEGMENT_64, 232, 0, 0, 0, 0);
        ints(out, 0, 0, 32, 0, 344, 0, 8, 0, 7, 7, 2, 0);
        assertEquals(TEXT, out.position());
        names(out, "__text", "__TEXT");
        ints(out, 0, 0, 8, 0, 344, 4, RELOCATION, 1, MachO.S_ATTR_PURE_INSTRUCTIONS, 0, 0, 0);
        assertEquals(DATA, out.position());
        names(out, "sixteen_letters_", "__DATA");
        ints(out, 8, 0, 24, 0, 0, 3, 0, 0, MachO.S_ZEROFILL, 0, 0, 0);
        ints(out, MachO.LC_SYMTAB, 24, 360, 2, 392, 8);
        ints(out, MachO.LC_BUILD_VERSION, 24, 1, 13 << 16 | 4 << 8, 0, 0);
        ints(out, MachO.LC_DATA_IN_CODE, 16, 400, 8);
        ints(out, MachO.LC_LINKER_OPTION, 16, 1);
        out.put("-lm\0".getBytes(StandardCharsets.US_ASCII));
        ints(out, 0x11, 0x22);
        ints(out, 4, 1 | 1 << 24 | 2 << 25 | 1 << 27 | 2 << 28);
        symbol(out, 1, MachO.N_SECT | MachO.N_EXT, 1, MachO.N_WEAK_DEF, 4);
        symbol(out, 4, MachO.N_UNDF | MachO.N_EXT, 0, MachO.N_WEAK_REF, 0);
        out.put("\0_f\0_g\0\0".getBytes(StandardCharsets.US_ASCII));
        ints(out, 2, 6 | 1 << 16);
        assertEquals(SIZE, out.position());
        return out.array();
    }

    private static void ints(ByteBuffer out, int... values) {
        for (int value : values) {
            out.putInt(value);
        }
    }

    private static void names(ByteBuffer out, String section, String segment) {
        for (String name : List.of(section, segment)) {
            out.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16));
        }
    }

    private static void symbol(
            ByteBuffer out, int name, int type, int section, int description, long value) {
        out.putInt(name).put((byte) type).put((byte) section).putShort((short) description);
        out.putLong(value);
    }

    @Test
    void theHeaderAndTheSections() throws MalformedFileException {
        MachFile file = read(object());
        assertEquals("x86_64", file.header().processor());
        assertTrue(file.header().has(MachO.MH_SUBSECTIONS_VIA_SYMBOLS));
        MachSection text = file.sections().getFirst();
        assertEquals("__TEXT,__text", text.fullName());
        assertEquals(1, text.ordinal());
        assertEquals(16, text.alignmentBytes());
        assertEquals(8, file.content(text).byteSize());
        MachSection zeros = file.sections().get(1);
        assertEquals("__DATA,sixteen_letters_", zeros.fullName());
        assertTrue(zeros.isZeroFill());
        assertEquals(24, zeros.sizeBytes());
    }

    @Test
    void symbolsAndRelocations() throws MalformedFileException {
        MachFile file = read(object());
        MachSymbol f = file.symbols().symbols().getFirst();
        assertEquals(new MachSymbol(0, "_f", 0xf, 1, 0x80, 4), f);
        MachSymbol g = file.symbols().symbols().get(1);
        assertEquals("_g", g.name());
        assertTrue(g.isUndefined() && g.has(MachO.N_WEAK_REF) && !g.isCommon());
        MachRelocation relocation = file.relocations(file.sections().getFirst()).getFirst();
        assertEquals(new MachRelocation(RELOCATION, 4, 1, true, 4, true, 2), relocation);
    }

    @Test
    void whatOtherCommandsSay() throws MalformedFileException {
        MachFile file = read(object());
        assertEquals("macOS 13.4", file.version().orElseThrow().text());
        assertEquals(List.of(List.of("-lm")), file.linkerOptions());
        assertEquals(List.of(new MachFile.DataInCode(2, 6, 1)), file.dataInCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    0   | 1          | made.o+0x0: magic is 0x1, not 0xfeedfacf
                    16  | 6          | load command 5 begins 0x0 bytes before the end
                    20  | 0x1000     | sizeofcmds of 0x1000 bytes at 0x20 leaves the file
                    36  | 4          | made.o+0x24: load command 0: cmdsize is 0x4; 0x138 bytes are
                    288 | 0x19       | load command 2 (LC_SEGMENT_64): cmdsize is 0x18, too small
                    96  | 3          | load command 0 (LC_SEGMENT_64): nsects is 3; cmdsize is 0xe8
                    152 | 0x1000     | section 1 '__TEXT,__text' of 0x8 bytes at 0x1000 leaves
                    156 | 31         | section 1: align is 2^31; the limit is 2^15
                    140 | 0x80000000 | section 1 '__TEXT,__text': addr is 0x8000000000000000
                    164 | 1000       | the relocations of section 1 '__TEXT,__text' of 0x1f40 bytes
                    272 | 0x1000     | the symbol table (symoff, nsyms) of 0x20 bytes at 0x1000
                    276 | 4          | the symbol table (symoff, nsyms) of 0x40 bytes at 0x168
                    280 | 0x1000     | the string table (stroff, strsize) of 0x8 bytes at 0x1000
                    284 | 3          | the name of symbol 0 has no end
                    288 | 2          | load command 2 (LC_SYMTAB): the file has a symbol table already
                    328 | 0x29       | load command 4 (LC_DATA_IN_CODE): the file has a table of data
                    324 | 7          | load command 3 (LC_DATA_IN_CODE): datasize is 0x7
                    320 | 0x1000     | the table of data in code (dataoff, datasize) of 0x8 bytes
                    336 | 2          | word 1 of a linker option has no end
                    352 | 0x80000001 | __TEXT,__text: r_address is 0x80000001, a scattered
                    360 | 100        | symbol 0: n_strx is 0x64; the string table has 0x8 bytes
                    364 | 0x90f      | symbol 0: n_sect is 9; there are 2 sections
                    """)
    void aFieldThatLiesIsNamed(int offset, String value, String message) {
        byte[] object = object();
        ByteBuffer.wrap(object)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(offset, Long.decode(value).intValue());
        MalformedFileException refusal =
                assertThrows(MalformedFileException.class, () -> read(object));
        assertTrue(refusal.getMessage().contains(message), refusal::getMessage);
    }

    /** Many sections of the same bytes could make a huge graph of a small file. */
    @Test
    void sectionsThatShareBytesAreRefused() {
        byte[] object = object();
        ByteBuffer wrong = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        wrong.putInt(TEXT + 40, SIZE - 7).putInt(TEXT + 48, 0);
        assertEquals(
                "made.o+0x68: section 1 '__TEXT,__text': the sections up to it have 0x199 bytes of"
                        + " content and relocations; the file has 0x198 bytes",
                assertThrows(MalformedFileException.class, () -> read(object)).getMessage());
        wrong.putInt(TEXT + 40, SIZE - 8);
        assertDoesNotThrow(() -> read(object));
    }

    @Test
    void aFileThatEndsEarlyIsRefused() {
        byte[] object = object();
        for (int length = 0; length < SIZE; length++) {
            byte[] part = Arrays.copyOf(object, length);
            assertThrows(MalformedFileException.class, () -> read(part), length + " bytes");
        }
    }
}
