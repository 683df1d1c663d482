package dev.orcinus.loader.format.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what becomes of the descriptors of thread-local variables. */
final class ThreadLocalDescriptorsTest {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String DESCRIPTORS = "__DATA,__thread_vars";
    private static final String VALUES = "__DATA,__thread_data";

    private static MemorySegment object(String processor) {
        try {
            return MemorySegment.ofArray(
                    Files.readAllBytes(
                            Path.of(
                                    System.getProperty("orcinus.root"),
                                    "tests/fixtures/macho/tlv/defines-" + processor + ".o")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static LinkGraph read(MemorySegment object) {
        return new MachOFormat().read("defines.o", object);
    }

    private static List<Block> descriptors(LinkGraph graph) {
        return graph.find(DESCRIPTORS, Section.Use.VARIABLES).blocks();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "arm64"})
    void aDescriptorIsAFunctionAndATlsDescriptor(String processor) {
        LinkGraph graph = read(object(processor));
        List<Block> descriptors = descriptors(graph);
        assertEquals(5, descriptors.size(), "counter, zeros, aligned, pointer, shared");
        for (Block descriptor : descriptors) {
            assertEquals(24, descriptor.sizeBytes());
            assertEquals(8, descriptor.alignmentBytes());
            List<Edge> edges = descriptor.edges();
            assertEquals(2, edges.size());
            assertEquals(0, edges.get(0).offset());
            assertEquals("POINTER64", edges.get(0).kind().name());
            assertEquals("__tlv_bootstrap", edges.get(0).target().name());
            assertEquals(8, edges.get(1).offset());
            assertEquals("TLS_DESCRIPTOR", edges.get(1).kind().name());
            assertTrue(edges.get(1).target().isThreadLocal());
        }
        Symbol variable = descriptors.getFirst().edges().get(1).target();
        assertEquals("_counter$tlv$init", variable.name());
        assertEquals(41, variable.block().content().get(U32, variable.offset()));
        assertEquals(
                Section.Use.THREAD_LOCALS,
                descriptors.get(1).edges().get(1).target().block().section().use());
    }

    /** Returns the relocation of the first descriptor's variable. */
    private static MachRelocation variable(MemorySegment object) throws Exception {
        MachFile file = MachFile.read(new FileBytes("defines.o", object));
        return file.relocations(section(file, DESCRIPTORS)).stream()
                .filter(relocation -> relocation.offset() == 16)
                .findFirst()
                .orElseThrow();
    }

    private static MachSection section(MachFile file, String name) {
        return file.sections().stream()
                .filter(section -> section.fullName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void nameSection(MemorySegment object, String name) throws Exception {
        MachFile file = MachFile.read(new FileBytes("defines.o", object));
        long word = variable(object).at() + 4;
        int bits = object.get(U32, word) & 0xf700_0000;
        object.set(U32, word, bits | section(file, name).ordinal());
    }

    private static void store(MemorySegment object, long value) throws Exception {
        MachFile file = MachFile.read(new FileBytes("defines.o", object));
        object.set(U64, section(file, DESCRIPTORS).offset() + 16, value);
    }

    @Test
    void aVariableMayHaveNoNameOfItsOwn() throws Exception {
        MemorySegment object = object("x86_64");
        MachFile file = MachFile.read(new FileBytes("defines.o", object));
        nameSection(object, VALUES);
        store(object, section(file, VALUES).address() + 2);
        Edge edge = descriptors(read(object)).getFirst().edges().get(1);
        assertEquals("", edge.target().name());
        assertEquals(2, edge.target().offset());
        assertEquals(0, edge.addend());
        assertTrue(edge.target().isThreadLocal());
    }

    private static void refused(MemorySegment object, String problem) {
        MalformedObjectException refused =
                assertThrows(MalformedObjectException.class, () -> read(object));
        assertTrue(refused.getMessage().contains(problem), refused::getMessage);
    }

    @Test
    void aVariableIsThreadLocal() throws Exception {
        MemorySegment object = object("x86_64");
        nameSection(object, "__DATA,__data");
        refused(object, "which is not thread-local");
    }

    @ParameterizedTest
    @CsvSource({"0x1000, 0x1000", "-1, 0xffffffffffffffff"})
    void aVariableLiesInItsBlock(long distance, String shown) throws Exception {
        MemorySegment object = object("x86_64");
        store(object, distance);
        refused(
                object,
                "refers to a place outside of the block of '_counter$tlv$init', at " + shown);
    }

    @Test
    void aVariableIsAWholePointer() throws Exception {
        MemorySegment object = object("arm64");
        long word = variable(object).at() + 4;
        object.set(U32, word, (object.get(U32, word) & ~(3 << 25)) | (2 << 25));
        refused(object, "has r_pcrel 0 and 4 bytes, not 0 and 8");
    }
}
