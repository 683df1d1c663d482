package dev.orcinus.loader.format.macho.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that translated unwind information says of each function what the compiler's own {@code
 * __eh_frame} says: the objects have both.
 */
final class CompactUnwindTest {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY_BYTES = 32;

    /** The CFA is computed from x9 in functions that have no compact form. */
    private static final int ONLY_IN_DWARF = 9;

    @ParameterizedTest
    @CsvSource({
        "frames-x86_64, 10",
        "frameless-x86_64, 10",
        "orders-x86_64, 138",
        "frames-arm64, 10",
        "leaves-arm64, 3"
    })
    void translatedFramesAreThoseOfTheCompiler(String name, int count) throws Exception {
        MachFile file = read(name);
        LinkGraph graph = graph(name);
        List<Integer> encodings = encodings(file);
        MemorySegment text = section(file, "__text");
        List<FrameTable.Rules> expected =
                new ArrayList<>(FrameTable.read(bytes(section(file, "__eh_frame"))));
        expected.removeIf(rules -> rules.cfaRegister() == ONLY_IN_DWARF);
        for (int i = 0; i < encodings.size(); i++) {
            addEntry(graph, function(file, i, text), encodings.get(i));
        }
        translate(graph);
        assertEquals(count, expected.size());
        assertEquals(bySize(expected), bySize(translated(graph)));
    }

    /** The records of functions with a personality lie behind those of others, or do not. */
    private static List<FrameTable.Rules> bySize(List<FrameTable.Rules> functions) {
        List<FrameTable.Rules> sorted = new ArrayList<>(functions);
        sorted.sort(Comparator.comparingLong(FrameTable.Rules::sizeBytes));
        return sorted;
    }

    private static MachFile read(String name) throws Exception {
        try (InputStream in =
                CompactUnwindTest.class.getResourceAsStream("/unwind/" + name + ".o")) {
            return MachFile.read(new FileBytes(name, MemorySegment.ofArray(in.readAllBytes())));
        }
    }

    private static MemorySegment section(MachFile file, String name) {
        for (MachSection section : file.sections()) {
            if (section.name().equals(name)) {
                return file.content(section);
            }
        }
        throw new AssertionError(name);
    }

    private static byte[] bytes(MemorySegment content) {
        return content.toArray(ValueLayout.JAVA_BYTE);
    }

    private static List<Integer> encodings(MachFile file) {
        MemorySegment table = section(file, "__compact_unwind");
        List<Integer> encodings = new ArrayList<>();
        for (long at = 0; at < table.byteSize(); at += ENTRY_BYTES) {
            encodings.add(table.get(U32, at + 12));
        }
        return encodings;
    }

    /** Returns the code of an entry's function, whose start is a symbol or an address. */
    private static MemorySegment function(MachFile file, int index, MemorySegment text)
            throws Exception {
        MachSection table =
                file.sections().stream()
                        .filter(s -> s.name().equals("__compact_unwind"))
                        .findFirst()
                        .orElseThrow();
        long at = (long) index * ENTRY_BYTES;
        long start = file.content(table).get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        for (var relocation : file.relocations(table)) {
            if (relocation.offset() == at && relocation.isExternal()) {
                start += file.symbols().symbols().get(relocation.number()).value();
            }
        }
        return text.asSlice(start, file.content(table).get(U32, at + 8));
    }

    private static LinkGraph graph(String name) {
        return new LinkGraph(name, new ElfFormat(), name.contains("arm64") ? "aarch64" : "x86_64");
    }

    private static Architecture architecture(LinkGraph graph) {
        return graph.architecture().equals("aarch64") ? new AArch64() : new X64();
    }

    private static Section entries(LinkGraph graph) {
        return graph.section("__LD,__compact_unwind", Section.Use.CONSTANTS);
    }

    /** Adds a function and its entry, and returns the function's symbol. */
    private static Symbol addEntry(LinkGraph graph, MemorySegment code, int encoding) {
        Block block = graph.section("__text", Section.Use.CODE).addBlock(code, 16);
        Symbol function = graph.anonymous(block);
        addEntry(graph, function, 0, encoding, (int) code.byteSize());
        return function;
    }

    private static Block addEntry(
            LinkGraph graph, Symbol function, long addend, int encoding, int sizeBytes) {
        MemorySegment content = MemorySegment.ofArray(new byte[ENTRY_BYTES]);
        content.set(U32, 8, sizeBytes);
        content.set(U32, 12, encoding);
        Block entry = entries(graph).addBlock(content, 8);
        entry.addEdge(architecture(graph).pointer64(), 0, function, addend);
        return entry;
    }

    private static void translate(LinkGraph graph) {
        CompactUnwind.translate(graph, architecture(graph), entries(graph));
        assertEquals(List.of(), entries(graph).blocks());
    }

    /** Returns what the graph's call frame information says, at addresses of the test's choice. */
    private static List<FrameTable.Rules> translated(LinkGraph graph) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<Block, Integer> places = new HashMap<>();
        for (Block record : graph.ehFrame().blocks()) {
            places.put(record, out.size());
            MemorySegment content = MemorySegment.ofArray(bytes(record.content()));
            for (Edge edge : record.edges()) {
                if (edge.offset() == 4) {
                    content.set(U32, 4, out.size() + 4 - places.get(edge.target().block()));
                }
            }
            out.writeBytes(bytes(content));
        }
        return FrameTable.read(out.toByteArray());
    }

    private static final MemorySegment CODE = MemorySegment.ofArray(new byte[64]).asReadOnly();

    @Test
    void pointersBecomeEdgesAndRecordsLiveWithTheirFunctions() {
        LinkGraph graph = graph("arm64");
        Symbol personality = graph.external("___gxx_personality_v0", Linkage.STRONG, false);
        Block tables = graph.section("__gcc_except_tab", Section.Use.CONSTANTS).addBlock(CODE, 4);
        Symbol table = graph.anonymous(tables);
        Symbol plain = addEntry(graph, CODE, 0x0400_0000);
        Symbol other = graph.anonymous(graph.section("__text", Section.Use.CODE).addBlock(CODE, 4));
        for (int i = 0; i < 2; i++) {
            Block entry = addEntry(graph, other, 4, 0x4400_0000, 8);
            entry.addEdge(architecture(graph).pointer64(), 16, personality, 0);
            entry.addEdge(architecture(graph).pointer64(), 24, table, 12);
        }
        translate(graph);

        List<Block> records = graph.ehFrame().blocks();
        assertEquals(6, records.size(), "two CIEs, three FDEs, a terminator");
        assertPointer("POINTER64", records.get(2), 19, personality, 0);
        assertPointer("DELTA64", records.get(1), 8, plain, 0);
        assertPointer("DELTA64", records.get(3), 8, other, 4);
        assertPointer("DELTA64", records.get(3), 25, table, 12);
        List<Edge> kept = other.block().edges();
        assertSame(records.get(3), kept.get(0).target().block());
        assertSame(records.get(4), kept.get(1).target().block());
        assertSame(records.get(2), cie(records.get(4)));
        assertEquals(List.of(records.getLast()), graph.retained());
        assertEquals(4, records.getLast().sizeBytes());
    }

    private static void assertPointer(
            String kind, Block record, int offset, Symbol target, long addend) {
        for (Edge edge : record.edges()) {
            if (edge.offset() == offset) {
                assertEquals(kind, edge.kind().name());
                assertSame(target, edge.target());
                assertEquals(addend, edge.addend());
                return;
            }
        }
        throw new AssertionError("no edge at " + offset);
    }

    private static Block cie(Block fde) {
        return fde.edges().stream()
                .filter(e -> e.offset() == 4)
                .findFirst()
                .orElseThrow()
                .target()
                .block();
    }

    @Test
    void functionsWithCallFrameInformationKeepIt() {
        LinkGraph graph = graph("arm64");
        Section frames = graph.section("__TEXT,__eh_frame", Section.Use.CONSTANTS);
        graph.setEhFrame(frames);
        Symbol function = addEntry(graph, CODE, 0x0400_0000);
        addEntry(graph, function, 32, 0x0400_0000, 32);
        Block own = frames.addBlock(CODE, 8);
        own.addEdge(architecture(graph).pointer64(), 8, function, 32);
        Block terminator = frames.addBlock(CODE.asSlice(0, 4), 1);
        translate(graph);

        List<Block> records = frames.blocks();
        assertEquals(4, records.size());
        assertSame(own, records.get(0));
        assertPointer("DELTA64", records.get(2), 8, function, 0);
        assertSame(terminator, records.get(3));
    }

    @ParameterizedTest
    @CsvSource({
        "x86_64, 0",
        "x86_64, 0x04000010",
        "x86_64, 0x44000010",
        "arm64, 0",
        "arm64, 0x03000000"
    })
    void functionsWithoutCompactDescriptionGetNone(String processor, long encoding) {
        LinkGraph graph = graph(processor);
        addEntry(graph, CODE, (int) encoding);
        translate(graph);
        assertNull(graph.ehFrame());
    }

    @ParameterizedTest
    @CsvSource({
        "x86_64, 0x05000000, whose mode is unknown",
        "x86_64, 0x0f000000, whose mode is unknown",
        "x86_64, 0x01010007, whose saved registers are not possible",
        "x86_64, 0x01010006, whose saved registers are not possible",
        "x86_64, 0x01010008, whose saved registers are not possible",
        "x86_64, 0x02000000, whose saved registers are not possible",
        "x86_64, 0x02010400, whose saved registers are not possible",
        "x86_64, 0x02081c00, whose saved registers are not possible",
        "x86_64, 0x020804ff, whose saved registers are not possible",
        "x86_64, 0x033d0000, 'whose instruction with the frame''s size lies outside of the"
                + " function, at +0x3d'",
        "arm64, 0x01000000, whose mode is unknown",
        "arm64, 0x05000000, whose mode is unknown"
    })
    void impossibleEncodingsAreRefused(String processor, long encoding, String problem) {
        LinkGraph graph = graph(processor);
        addEntry(graph, CODE, (int) encoding);
        refused(graph, "has the encoding 0x%x, %s".formatted(encoding, problem));
    }

    private static void refused(LinkGraph graph, String problem) {
        MalformedObjectException refused =
                assertThrows(MalformedObjectException.class, () -> translate(graph));
        assertTrue(
                refused.getMessage().endsWith("__compact_unwind " + problem), refused.getMessage());
    }

    @Test
    void anEntryHasAFunctionInItsObject() {
        LinkGraph graph = graph("x86_64");
        entries(graph).addBlock(CODE.asSlice(0, ENTRY_BYTES), 8);
        refused(graph, "has an entry without a function");

        LinkGraph other = graph("x86_64");
        addEntry(other, other.external("_f", Linkage.STRONG, false), 0, 0x0100_0000, 8);
        refused(other, "has an entry without a function");

        LinkGraph beyond = graph("x86_64");
        addEntry(beyond, addEntry(beyond, CODE, 0), 64, 0x0100_0000, 8);
        refused(beyond, "has an entry without a function");
    }

    @Test
    void theLastEntryIsWhole() {
        LinkGraph graph = graph("x86_64");
        entries(graph).addBlock(CODE.asSlice(0, 24), 8);
        refused(graph, "ends with 0x18 bytes; entries take 0x20");
    }

    @Test
    void theLastWordOfAFunctionCanHoldTheSizeOfItsFrame() {
        LinkGraph graph = graph("x86_64");
        MemorySegment code = MemorySegment.ofArray(new byte[64]);
        code.set(U32, 60, 0x1000);
        addEntry(graph, code, 0x033c_2000);
        translate(graph);
        assertEquals(0x1008, translated(graph).getFirst().cfaOffset());
    }
}
