package dev.orcinus.formats.dwarf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.elf.ElfDebugInfo;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.formats.elf.SectionHeader;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the lines of each address with those that llvm-symbolizer tells. */
final class LineSearchTest {
    private static final long CODE = 0x7f12_3456_7000L;
    private static final int MANY = 5_000;

    @SuppressWarnings("unused") // JUnit reads it
    private static final List<String> OBJECTS = DwarfObjects.WITH_LINES;

    /** Returns an object whose code lies at {@link #CODE}. */
    private static ElfFile placed(String name) throws Exception {
        byte[] bytes = DwarfObjects.bytes(name + ".o");
        ElfFile file = ElfFile.read(DwarfObjects.file(name, bytes));
        for (SectionHeader section : file.sections()) {
            if (section.index() > 0 && file.name(section).equals(".text")) {
                int at = (int) file.headerOffset(section.index()) + SectionHeader.SH_ADDR;
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, CODE);
            }
        }
        return ElfFile.read(DwarfObjects.file(name, bytes));
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void everyInstructionHasItsLine(String name) throws Exception {
        Map<Long, SourceLine> expected = new TreeMap<>();
        for (String row : DwarfObjects.lines(name + ".lines")) {
            String[] parts = row.split("[ :]", -1);
            int line = Integer.parseInt(parts[2]);
            if (line > 0) {
                expected.put(CODE + Long.parseLong(parts[0]), new SourceLine(parts[1], line));
            }
        }
        assertTrue(expected.size() > 60, expected::toString);
        LineSections sections = new ElfDebugInfo(placed(name)).lines();
        assertEquals(expected, new TreeMap<>(LineSearch.find(sections, expected.keySet())));
        for (long address : expected.keySet()) {
            assertEquals(
                    Map.of(address, expected.get(address)),
                    LineSearch.find(sections, List.of(address)));
        }
    }

    /** The whole table says of each address what the search says, with the whole path. */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void aTableHasTheSameLines(String name) throws Exception {
        LineSections sections = new ElfDebugInfo(placed(name)).lines();
        LineTable table = LineTable.read(sections);
        String folder = "./"; // where the compiler worked
        List<LineTable.Row> rows = table.within(CODE, CODE + 4096, MANY);
        assertTrue(rows.size() > 5, rows::toString);
        int seen = 0;
        for (long address = CODE; address < CODE + 4096; address++) {
            SourceLine found = LineSearch.find(sections, List.of(address)).get(address);
            List<LineTable.Row> here = table.within(address, address + 1, MANY);
            if (found == null) {
                assertTrue(here.isEmpty() || here.getFirst().line() == 0, here::toString);
            } else {
                String path = folder + found.file();
                assertEquals(List.of(new LineTable.Row(address, path, found.line())), here);
                seen++;
            }
        }
        assertTrue(seen > 60, "addresses with a line: " + seen);
        assertEquals(
                rows.subList(1, 3), table.within(rows.get(1).start(), rows.get(3).start(), MANY));
        assertEquals(List.of(), table.within(CODE + 4096, CODE + 8192, MANY));
        assertEquals(List.of(), table.within(CODE, CODE, MANY));
        assertEquals(List.of(), table.within(CODE, CODE + 4096, rows.size() - 1));
    }

    /** Code that the tables do not describe begins with a row that has no line. */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void codeBehindTheLastRowHasNoLine(String name) throws Exception {
        LineSections sections = new ElfDebugInfo(placed(name)).lines();
        List<LineTable.Row> rows = LineTable.read(sections).within(CODE, CODE + 4096, MANY);
        LineTable.Row last = rows.getLast();
        assertEquals(0, last.line());
        for (LineTable.Row row : rows) {
            boolean hasLine = LineSearch.find(sections, List.of(row.start())).size() == 1;
            assertEquals(hasLine, row.line() > 0, row::toString);
        }
        assertEquals(1, LineSearch.find(sections, List.of(last.start() - 1)).size());
    }

    /** What a damaged unit says of its folder is left out; the lines are as they were. */
    @ParameterizedTest
    @ValueSource(strings = {"gcc-3", "gcc-4", "clang-2", "clang-4"})
    void unitsThatAreCutShortHaveNoFolder(String name) throws Exception {
        LineSections sections = new ElfDebugInfo(placed(name)).lines();
        List<LineTable.Row> whole = LineTable.read(sections).within(CODE, CODE + 4096, MANY);
        byte[] units = bytes(sections.units());
        byte[] abbreviations = bytes(sections.abbreviations());
        for (int size = 0; size < 80; size++) {
            requireSameLines(whole, sections, Arrays.copyOf(units, size), abbreviations);
            requireSameLines(whole, sections, units, Arrays.copyOf(abbreviations, size / 5));
        }
    }

    private static byte[] bytes(FileBytes section) {
        return section.bytes().toArray(ValueLayout.JAVA_BYTE);
    }

    private static void requireSameLines(
            List<LineTable.Row> whole, LineSections sections, byte[] units, byte[] abbreviations) {
        LineSections cut =
                new LineSections(
                        sections.lines(),
                        sections.strings(),
                        sections.lineStrings(),
                        DwarfObjects.file("units", units),
                        DwarfObjects.file("abbreviations", abbreviations));
        List<LineTable.Row> rows = LineTable.read(cut).within(CODE, CODE + 4096, MANY);
        assertEquals(whole.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(whole.get(i).line(), rows.get(i).line());
            assertEquals(whole.get(i).file(), "./" + rows.get(i).file());
        }
    }

    /** A table of a unit of DWARF 2 with many rows, a byte and a line each; one path for all. */
    @Test
    void manyRowsShareTheTextOfTheirFile() throws Exception {
        int count = 300_000;
        ByteBuffer unit = ByteBuffer.allocate(count + 64).order(ByteOrder.LITTLE_ENDIAN);
        unit.putInt(0).putShort((short) 2).putInt(0);
        int header = unit.position();
        unit.put(new byte[] {1, 1, 0, 4, 10, 0, 1, 1, 1, 1, 0, 0, 0, 1}); // opcode_base 10
        unit.put(new byte[] {0}).put("a.c\0".getBytes(StandardCharsets.UTF_8));
        unit.put(new byte[] {0, 0, 0, 0});
        unit.putInt(header - Integer.BYTES, unit.position() - header);
        unit.put(new byte[] {0, 9, 2}).putLong(CODE);
        for (int i = 0; i <= count; i++) {
            unit.put((byte) (10 + 4 + 1)); // one address and one line on
        }
        unit.put(new byte[] {0, 1, 1});
        unit.putInt(0, unit.position() - Integer.BYTES);
        byte[] bytes = Arrays.copyOf(unit.array(), unit.position());
        FileBytes none = DwarfObjects.file("none", new byte[0]);
        LineSections sections =
                new LineSections(DwarfObjects.file("many", bytes), none, none, none, none);
        List<LineTable.Row> rows = LineTable.read(sections).within(0, Long.MAX_VALUE, 2 * count);
        assertEquals(count + 1, rows.size());
        for (int i = 0; i < count; i++) {
            assertEquals(new LineTable.Row(CODE + 1 + i, "a.c", 2 + i), rows.get(i));
            assertSame(rows.getFirst().file(), rows.get(i).file());
        }
        assertEquals(new LineTable.Row(CODE + 1 + count, "a.c", 0), rows.getLast());
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void addressesOutsideHaveNoLine(String name) throws Exception {
        LineSections sections = new ElfDebugInfo(placed(name)).lines();
        List<Long> outside = List.of(0L, 1L, CODE - 1, CODE + 4096, -1L);
        assertEquals(Map.of(), LineSearch.find(sections, outside));
        assertEquals(Map.of(), LineSearch.find(sections, List.of()));
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void functionsAreFoundByTheirAddresses(String name) throws Exception {
        ElfFunctions functions = new ElfFunctions(placed(name));
        Optional<ElfFunctions.Found> outer = functions.find(CODE + 5);
        assertEquals("outer", outer.orElseThrow().name());
        assertEquals(CODE, outer.orElseThrow().start());
        assertEquals(Optional.empty(), functions.find(CODE - 1));
        assertEquals(Optional.empty(), functions.find(CODE + 4096));
    }

    @Test
    void anObjectWithoutDebugInfoHasNoLines() throws Exception {
        byte[] library = DwarfObjects.bytes("frames-gcc-O2.so");
        ElfFile file = ElfFile.read(DwarfObjects.file("frames", library));
        assertEquals(Map.of(), LineSearch.find(new ElfDebugInfo(file).lines(), List.of(0x1500L)));
        assertEquals("leaf", new ElfFunctions(file).find(0x1501).orElseThrow().name());
    }
}
