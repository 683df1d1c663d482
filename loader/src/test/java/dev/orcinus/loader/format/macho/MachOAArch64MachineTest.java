package dev.orcinus.loader.format.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedRelocationException;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the relocations of arm64 in forms that assemblers do not make, by changing an object. */
final class MachOAArch64MachineTest {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final String TEXT = "__TEXT,__text";
    private static final String DATA = "__DATA,__data";
    private static final int NUMBER = 0xff_ffff;

    /** The places of relocations in the object's source. */
    private static final int CALL = 0;

    private static final int ADDEND_PAGE = 12;
    private static final int GOT_LOAD = 52;
    private static final int TLVP_LOAD = 60;
    private static final int POINTER = 0;
    private static final int GOT_DELTA = 48;

    private MemorySegment object;

    @BeforeEach
    void readObject() throws IOException {
        try (InputStream in =
                MachOAArch64MachineTest.class.getResourceAsStream("/macho/arm64/relocations.o")) {
            object = MemorySegment.ofArray(in.readAllBytes());
        }
    }

    private LinkGraph read() {
        return new MachOFormat().read("relocations.o", object);
    }

    private MachSection section(String name) throws Exception {
        for (MachSection section : file().sections()) {
            if (section.fullName().equals(name)) {
                return section;
            }
        }
        throw new AssertionError(name);
    }

    private MachFile file() throws Exception {
        return MachFile.read(new FileBytes("relocations.o", object));
    }

    /** Returns the relocations at a place, in the file's order. */
    private List<MachRelocation> relocations(String section, int offset) throws Exception {
        List<MachRelocation> found = new ArrayList<>(file().relocations(section(section)));
        found.removeIf(relocation -> relocation.offset() != offset);
        assertFalse(found.isEmpty(), () -> "no relocation at " + offset);
        return found;
    }

    /** Replaces the bits of a mask in the second word of a relocation. */
    private void change(MachRelocation relocation, int mask, int bits) {
        int word = object.get(U32, relocation.at() + 4);
        object.set(U32, relocation.at() + 4, (word & ~mask) | bits);
    }

    private void setType(MachRelocation relocation, int type) {
        change(relocation, 0xf000_0000, type << 28);
    }

    private static Edge edge(LinkGraph graph, String section, Section.Use use, int offset) {
        for (Block block : graph.find(section, use).blocks()) {
            for (Edge edge : block.edges()) {
                if (block.addressValue() + edge.offset() == offset) {
                    return edge;
                }
            }
        }
        throw new AssertionError("no edge at " + offset);
    }

    private <E extends LinkException> E refused(Class<E> type, String problem) {
        E refused = assertThrows(type, this::read);
        assertTrue(refused.getMessage().contains(problem), refused::getMessage);
        return refused;
    }

    @Test
    void signedPointersAreRefusedByName() throws Exception {
        setType(relocations(DATA, POINTER).getFirst(), 11);
        UnsupportedRelocationException refused =
                refused(UnsupportedRelocationException.class, "ARM64_RELOC_AUTHENTICATED_POINTER");
        assertTrue(refused.getMessage().contains("__DATA,__data+0x0"), refused::getMessage);
    }

    @Test
    void unknownTypesAreRefused() throws Exception {
        setType(relocations(DATA, POINTER).getFirst(), 12);
        refused(UnsupportedRelocationException.class, "unknown");
    }

    @ParameterizedTest
    @CsvSource({"0x7fffff, 0x7fffff", "0x800000, -0x800000", "0xfffffb, -5"})
    void addendsHave24BitsWithASign(String number, String addend) throws Exception {
        change(relocations(TEXT, ADDEND_PAGE).getFirst(), NUMBER, Integer.decode(number));
        Edge edge = edge(read(), TEXT, Section.Use.CODE, ADDEND_PAGE);
        assertEquals("PAGE21", edge.kind().name());
        assertEquals(Long.decode(addend), edge.addend());
        assertEquals("_data", edge.target().name());
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "5", "6", "7", "8", "9", "10"})
    void addendsBelongToThreeTypesOnly(int type) throws Exception {
        setType(relocations(TEXT, ADDEND_PAGE).get(1), type);
        refused(MalformedObjectException.class, "cannot have the ARM64_RELOC_ADDEND before it");
    }

    @Test
    void anAddendIsForTheSamePlace() throws Exception {
        MachRelocation reference = relocations(TEXT, ADDEND_PAGE).get(1);
        object.set(U32, reference.at(), ADDEND_PAGE + 4);
        refused(MalformedObjectException.class, "cannot have the ARM64_RELOC_ADDEND before it");
    }

    @Test
    void instructionsHoldNoAddends() throws Exception {
        long call = section(TEXT).offset() + CALL;
        object.set(U32, call, object.get(U32, call) | 2);
        refused(MalformedObjectException.class, "has the addend 0x8 in its instruction");
    }

    @Test
    void theInstructionMustFit() throws Exception {
        long call = section(TEXT).offset() + CALL;
        object.set(U32, call, 0xd503_201f);
        refused(MalformedObjectException.class, "is not for the instruction that is there");
    }

    @ParameterizedTest
    @CsvSource({"4, ADD_LO12", "3, PAGE21", "2, REQUEST_BRANCH26"})
    void instructionsReferToSymbols(int type, String kind) throws Exception {
        int offset = type == 4 ? 8 : type == 3 ? 4 : CALL;
        assertEquals(kind, edge(read(), TEXT, Section.Use.CODE, offset).kind().name());
        change(relocations(TEXT, offset).getFirst(), 1 << 27, 0);
        refused(MalformedObjectException.class, "refers to no symbol (r_extern is 0)");
    }

    @Test
    void aRelativeTypeIsRelative() throws Exception {
        change(relocations(TEXT, CALL).getFirst(), 1 << 24, 0);
        refused(MalformedObjectException.class, "has r_pcrel 0 and 4 bytes, not 1 and 4");
    }

    @Test
    void aPointerCanBeShortOrNameASection() throws Exception {
        MachRelocation pointer = relocations(DATA, POINTER).getFirst();
        change(pointer, 3 << 25, 2 << 25);
        Edge edge = edge(read(), DATA, Section.Use.VARIABLES, base() + POINTER);
        assertEquals("POINTER32", edge.kind().name());
        assertEquals("_ext", edge.target().name());

        MachSection data = section(DATA);
        change(pointer, (3 << 25) | (1 << 27) | NUMBER, (3 << 25) | data.ordinal());
        object.set(U64, data.offset() + POINTER, data.address() + 20);
        Edge other = edge(read(), DATA, Section.Use.VARIABLES, base() + POINTER);
        assertEquals("POINTER64", other.kind().name());
        assertEquals(data.address() + 20, other.target().block().addressValue() + other.addend());
    }

    private int base() throws Exception {
        return (int) section(DATA).address();
    }

    @Test
    void aPointerOfTwoBytesIsNotSupported() throws Exception {
        change(relocations(DATA, POINTER).getFirst(), 3 << 25, 1 << 25);
        refused(UnsupportedRelocationException.class, "ARM64_RELOC_UNSIGNED");
    }

    @Test
    void theTableOfAddressesIsAtADistanceOrAnAddress() throws Exception {
        Edge distance = edge(read(), DATA, Section.Use.VARIABLES, base() + GOT_DELTA);
        assertEquals("REQUEST_GOT_DELTA32", distance.kind().name());
        assertEquals(0, distance.addend());

        setType(relocations(DATA, POINTER).getFirst(), 7);
        LinkGraph graph = read();
        Edge address = edge(graph, DATA, Section.Use.VARIABLES, base() + POINTER);
        assertEquals("REQUEST_GOT_POINTER64", address.kind().name());
        new AArch64().lower(graph, _ -> true);
        assertEquals("POINTER64", address.kind().name());
        assertEquals("_ext", address.target().block().edges().getFirst().target().name());

        change(relocations(DATA, POINTER).getFirst(), 1 << 24, 1 << 24);
        refused(MalformedObjectException.class, "has r_pcrel 1 and 8 bytes, not 1 and 4");
    }

    @Test
    void loadsFromTheTableOfAddressesAreRelaxedIfTheirTargetsAreNear() {
        LinkGraph near = read();
        new AArch64().lower(near, symbol -> symbol.isDefined());
        for (int offset : new int[] {GOT_LOAD - 8, TLVP_LOAD}) {
            assertEquals("PAGE21", edge(near, TEXT, Section.Use.CODE, offset).kind().name());
            Edge load = edge(near, TEXT, Section.Use.CODE, offset + 4);
            assertEquals("LOAD_TO_ADD_LO12", load.kind().name());
        }
        Edge far = edge(near, TEXT, Section.Use.CODE, GOT_LOAD + 4);
        assertEquals("ACCESS64_LO12", far.kind().name());
        assertEquals("$got", far.target().block().section().name());
    }

    @Test
    void variablesOfThreadsMustBeDefinedByObjects() {
        LinkGraph graph = read();
        assertTrue(edge(graph, TEXT, Section.Use.CODE, TLVP_LOAD).target().needsObject());
        assertFalse(edge(graph, TEXT, Section.Use.CODE, GOT_LOAD).target().needsObject());
    }
}
