package dev.orcinus.formats.dwarf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.elf.ElfDebugInfo;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.formats.elf.SectionHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Compares the lines of each address with those that llvm-symbolizer tells. */
final class LineSearchTest {
    private static final long CODE = 0x7f12_3456_7000L;

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

    /** The whole table says of each address what the search says. */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void aTableHasTheSameLines(String name) throws Exception {
        LineSections sections = new ElfDebugInfo(placed(name)).lines();
        LineTable table = LineTable.read(sections);
        List<LineTable.Row> rows = table.within(CODE, CODE + 4096);
        assertTrue(rows.size() > 5, rows::toString);
        for (LineTable.Row row : rows) {
            SourceLine found = LineSearch.find(sections, List.of(row.start())).get(row.start());
            assertEquals(found.line(), row.line().line());
            assertTrue(row.line().file().endsWith(found.file()), row::toString);
        }
        assertEquals(rows.subList(1, 3), table.within(rows.get(1).start(), rows.get(3).start()));
        assertEquals(List.of(), table.within(CODE + 4096, CODE + 8192));
        assertEquals(List.of(), table.within(CODE, CODE));
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
