package dev.orcinus.loader.arch.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The entries that the sections of {@code entries.s} request. */
final class EntriesTest {
    private static final long CODE = 0x1_0000_0000L;
    private static final long CONSTANTS = CODE + 0x7000;
    private static final long NEAR = CODE + 0x7fff_1237L;
    private static final long FAR = 0x7654_3210_1238L;
    private static final long VARIABLE = 0x128;
    private static final TlsBlock TLS =
            new TlsBlock(7, 0x10, Map.of(VARIABLE, new TlsBlock.Descriptor(0x1111, 0x2222)));

    private final TestObject object;

    EntriesTest() {
        object = TestObject.read("entries.o");
    }

    private Memory link(long target, boolean isNear) {
        object.lower(symbol -> isNear && symbol.linkage() == Linkage.STRONG);
        object.place(Section.Use.CODE, CODE).place(Section.Use.CONSTANTS, CONSTANTS);
        object.resolve("target", target).resolve("other", target + 0x1000);
        object.resolve("function", target & -4);
        for (Symbol symbol : object.graph().externals()) {
            if (symbol.name().equals("variable")) {
                symbol.resolve(TLS, VARIABLE);
            }
        }
        return object.fixUp().memory();
    }

    private long address(String section) {
        return object.block(section).addressValue();
    }

    private long x3(Memory memory, String section) {
        return memory.run(address(section)).register(3);
    }

    private boolean isLoad(Memory memory, String section, int offset) {
        return memory.word(address(section) + offset) >>> 22 == 0xf940_0000 >>> 22;
    }

    @Test
    void aLoadOfANearAddressNeedsNoEntry() {
        Memory memory = link(NEAR, true);
        assertEquals(NEAR, x3(memory, ".text.paired"));
        assertFalse(isLoad(memory, ".text.paired", 4));
    }

    @Test
    void aLoadOfAFarAddressGoesThroughItsEntry() {
        Memory memory = link(FAR, false);
        assertEquals(FAR, x3(memory, ".text.paired"));
        assertTrue(isLoad(memory, ".text.paired", 4));
    }

    @Test
    void loadsThatAreNotProvablyOneStay() {
        Memory memory = link(NEAR, true);
        assertTrue(isLoad(memory, ".text.shared", 4));
        assertEquals(NEAR, x3(memory, ".text.shared"));
        assertTrue(isLoad(memory, ".text.apart", 8));
        assertEquals(NEAR, x3(memory, ".text.apart"));
        assertTrue(isLoad(memory, ".text.crossed", 4));
        assertTrue(isLoad(memory, ".text.mixed", 4));
        assertTrue(isLoad(memory, ".text.mixed", 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {".text.shared", ".text.apart", ".text.tiny", ".text.offset"})
    void entriesHoldTheAddress(String section) {
        assertEquals(FAR, x3(link(FAR, false), section));
    }

    @Test
    void oneTargetHasOneEntry() {
        Memory memory = link(FAR, false);
        long constant = address(".rodata.entry");
        long entry = constant + memory.word(constant);
        assertEquals(FAR, memory.doubleWord(entry));
        Memory.Run shared = memory.run(address(".text.shared"));
        assertEquals(entry & -4096, shared.register(0));
    }

    @Test
    void aDescriptorIsCalledWithItsOwnAddress() {
        Memory memory = link(FAR, false);
        Memory.Run run = memory.run(address(".text.descriptor"));
        assertEquals(0x1111, run.register(1));
        assertEquals(0x1111, memory.doubleWord(run.register(0)));
        assertEquals(0x2222, memory.doubleWord(run.register(0) + 8));
        assertEquals(address(".text.descriptor") + 12, run.pc(), "at the blr");
    }

    @ParameterizedTest
    @ValueSource(strings = {".text.initial", ".text.initialTiny"})
    void anInitialExecEntryHoldsTheOffsetFromTheThreadPointer(String section) {
        assertEquals(VARIABLE + 0x10, x3(link(FAR, false), section));
    }

    @Test
    void aPairHoldsModuleAndOffset() {
        Memory memory = link(FAR, false);
        long pair = x3(memory, ".text.pair");
        assertEquals(7, memory.doubleWord(pair));
        assertEquals(VARIABLE, memory.doubleWord(pair + 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {".text.call", ".text.conditional", ".text.test"})
    void branchesReachEverything(String section) {
        assertEquals(FAR & -4, link(FAR, false).run(address(section)).pc());
    }

    @Test
    void aBranchIncludesItsAddend() {
        assertEquals((FAR & -4) + 8, link(FAR, false).run(address(".text.jump")).pc());
    }

    @Test
    void aNearBranchIncludesItsAddend() {
        assertEquals((NEAR & -4) + 8, link(NEAR, true).run(address(".text.jump")).pc());
    }

    @Test
    void aDistanceIsToTheFunctionIfThatIsNearOrElseToAStub() {
        Memory memory = link(NEAR, true);
        long at = address(".rodata.branch");
        assertEquals(NEAR & -4, at + memory.word(at));
    }

    @Test
    void aDistanceIsToAStubIfTheFunctionIsFar() {
        Memory memory = link(FAR, false);
        long at = address(".rodata.branch");
        assertEquals(FAR & -4, memory.run(at + memory.word(at)).pc());
    }

    @Test
    void aCallOfNothingGoesToTheNextInstruction() {
        Memory memory = link(FAR, false);
        assertEquals(0x9400_0001, memory.word(address(".text.weak")));
    }

    @Test
    void stubsChangeOnlyTheRegisterThatVeneersMay() {
        Memory memory = link(FAR, false);
        Memory.Run run = memory.run(address(".text.call"));
        for (int i = 0; i < 31; i++) {
            assertTrue(i == 16 || run.register(i) == 0, "x" + i);
        }
    }
}
