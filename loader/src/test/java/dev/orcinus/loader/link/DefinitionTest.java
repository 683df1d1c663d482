package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What kind of definition a symbol is, and who may use it. */
final class DefinitionTest {
    private static final ExecutorAddress SOMEWHERE = new ExecutorAddress(0x4000);

    private final LinkSession session =
            new LinkSession(
                    new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NONE),
                    new ElfFormat(),
                    LinkOptions.DEFAULT);
    private final Dylib dylib = session.createDylib("test");
    private final LinkGraph graph = graph("object.o");
    private final Unit unit = session.add(dylib, () -> graph);
    private final Definition function =
            definition(block(Section.Use.CODE), Linkage.STRONG, Scope.DEFAULT);
    private final Definition weak =
            definition(block(Section.Use.VARIABLES), Linkage.WEAK, Scope.DEFAULT);
    private final Definition hidden =
            definition(block(Section.Use.VARIABLES), Linkage.STRONG, Scope.HIDDEN);
    private final Definition threadLocal =
            definition(block(Section.Use.THREAD_LOCALS), Linkage.STRONG, Scope.DEFAULT);
    private final Definition constant =
            Definition.of(
                    unit,
                    graph.absolute("constant", SOMEWHERE, 0).as(Linkage.STRONG, Scope.DEFAULT));
    private final Definition outside = Definition.outside(SOMEWHERE);
    private final Definition given = Definition.givenBy(dylib, SOMEWHERE);

    private static LinkGraph graph(String name) {
        return new LinkGraph(name, new ElfFormat(), "x86_64");
    }

    private Block block(Section.Use use) {
        return graph.section("of " + use, use).addBlock(MemorySegment.ofArray(new byte[4]), 1);
    }

    private Definition definition(Block block, Linkage linkage, Scope scope) {
        String name = linkage + " " + scope + " in " + block.section().use();
        return Definition.of(unit, graph.define(name, block, 0, 4).as(linkage, scope));
    }

    private void assertAre(Predicate<Definition> kind, Definition... expected) {
        List<Definition> all =
                List.of(function, weak, hidden, threadLocal, constant, outside, given);
        assertEquals(List.of(expected), all.stream().filter(kind).toList());
    }

    /** Variables of threads have no address that a library could use. */
    @Test
    void librariesMayReferToWhatIsVisible() {
        assertAre(Definition::isExported, function, weak, constant);
    }

    @Test
    void librariesPreferWhatIsStrong() {
        assertAre(Definition::isPreferred, function, constant);
    }

    @Test
    void codeIsWhatLiesInCode() {
        List<Definition> own = List.of(function, weak, hidden, threadLocal, constant);
        assertEquals(List.of(function), own.stream().filter(Definition::isCode).toList());
    }

    @Test
    void threadLocalVariablesBelongToAnObject() {
        assertAre(Definition::isThreadLocal, threadLocal);
    }

    /** What a dylib gives ends with it; an address from outside is used by nobody's leave. */
    @Test
    void addressesOfObjectsAndDylibsHaveALifetime() {
        assertAre(Definition::isAbsolute, outside, given);
        assertAre(Definition::isOutside, outside);
        assertAre(Definition::isFixed, constant, outside, given);
        assertEquals(Optional.empty(), outside.lifetime());
        assertEquals(Optional.of(dylib.lifetime()), given.lifetime());
        assertEquals(Optional.of(unit.lifetime()), function.lifetime());
        assertEquals(SOMEWHERE, outside.address());
        assertEquals(SOMEWHERE, given.address());
        assertEquals(SOMEWHERE, constant.address());
    }

    private Symbol common(LinkGraph of, int sizeBytes, long alignment) {
        Block block = of.section(".bss", Section.Use.VARIABLES).addZeroFill(sizeBytes, alignment);
        return of.define("common", block, 0, sizeBytes).as(Linkage.COMMON, Scope.DEFAULT);
    }

    @Test
    void ofCommonSymbolsOfOneSizeTheFirstCountsAndTheLargerAlignmentDoes() {
        LinkGraph first = graph("first.o");
        Symbol counts = common(first, 8, 4);
        Unit owner = session.add(dylib, () -> first);
        LinkGraph second = graph("second.o");
        common(second, 8, 32);
        session.add(dylib, () -> second);
        assertEquals(owner, dylib.resolveAdded("common").orElseThrow().unit());
        assertEquals(32, counts.block().alignmentBytes());
        LinkGraph larger = graph("larger.o");
        Symbol largest = common(larger, 9, 1);
        Unit newOwner = session.add(dylib, () -> larger);
        assertEquals(newOwner, dylib.resolveAdded("common").orElseThrow().unit());
        assertEquals(32, largest.block().alignmentBytes());
    }

    /** The linker ld counts two names of one place, or one absolute value, as one definition. */
    @Test
    void twoDefinitionsOfOnePlaceAreOne() {
        LinkGraph twice = graph("twice.o");
        Block place =
                twice.section(".data", Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[8]), 1);
        for (int i = 0; i < 2; i++) {
            twice.define("place", place, 4, 4).as(Linkage.STRONG, Scope.DEFAULT);
            twice.absolute("value", SOMEWHERE, 0).as(Linkage.STRONG, Scope.DEFAULT);
        }
        session.add(dylib, () -> twice);
        LinkGraph same = graph("same.o");
        same.absolute("value", SOMEWHERE, 0).as(Linkage.STRONG, Scope.DEFAULT);
        session.add(dylib, () -> same);
        assertContradicts(other -> other.absolute("value", SOMEWHERE.plus(1), 0));
        assertContradicts(other -> other.absolute("place", new ExecutorAddress(4), 0));
        assertContradicts(
                other ->
                        other.define(
                                "place",
                                other.section(".data", Section.Use.VARIABLES)
                                        .addBlock(MemorySegment.ofArray(new byte[8]), 1),
                                4,
                                4));
    }

    /** Makes a definition. */
    @FunctionalInterface
    private interface Maker {
        Symbol make(LinkGraph of);
    }

    private void assertContradicts(Maker definition) {
        LinkGraph other = graph("other.o");
        definition.make(other).as(Linkage.STRONG, Scope.DEFAULT);
        assertThrows(DuplicateDefinitionException.class, () -> session.add(dylib, () -> other));
    }

    @Test
    void anAddressThatADylibGivesIsDefinedOnce() {
        dylib.define("given", SOMEWHERE);
        assertContradicts(other -> other.absolute("given", SOMEWHERE, 0));
        assertTrue(dylib.resolveAdded("given").orElseThrow().isAbsolute());
        assertFalse(dylib.resolveAdded("given").orElseThrow().isLate());
    }
}
