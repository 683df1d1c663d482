package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.arch.x64.X64EdgeKind;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.ComdatGroup;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which definition counts after others have been removed. */
final class DefinitionsTest {
    private static final String ARCHITECTURE = "x86_64";

    private final RehearsalTarget target =
            new RehearsalTarget(ARCHITECTURE, RehearsalTarget.Symbols.NONE);
    private final LinkSession session =
            new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
    private final Dylib dylib = session.createDylib("test");

    /** An object with one byte of data for each definition. */
    private static final class Source {
        private final LinkGraph graph;

        Source(String name) {
            graph = new LinkGraph(name, new ElfFormat(), ARCHITECTURE);
        }

        Source defines(String symbol, int value, Linkage linkage) {
            graph.define(symbol, block(value), 0, 1).as(linkage, Scope.DEFAULT);
            return this;
        }

        Source inline(String symbol, int value) {
            Block block = block(value);
            graph.define(symbol, block, 0, 1).as(Linkage.WEAK, Scope.DEFAULT);
            graph.groups().add(new ComdatGroup(symbol, List.of(block)));
            graph.retained().add(block);
            return this;
        }

        Source common(String symbol, int sizeBytes) {
            Block block = section().addZeroFill(sizeBytes, 1);
            graph.define(symbol, block, 0, sizeBytes).as(Linkage.COMMON, Scope.DEFAULT);
            return this;
        }

        /** Refers to a symbol from a symbol of another name. */
        Source refers(String from, String to) {
            Block block = section().addBlock(MemorySegment.ofArray(new byte[8]), 8);
            graph.define(from, block, 0, 8).as(Linkage.STRONG, Scope.DEFAULT);
            block.addEdge(X64EdgeKind.POINTER64, 0, graph.external(to, Linkage.STRONG, false), 0);
            return this;
        }

        private Block block(int value) {
            return section().addBlock(MemorySegment.ofArray(new byte[] {(byte) value}), 1);
        }

        private Section section() {
            return graph.section(".data", Section.Use.VARIABLES);
        }
    }

    private Unit add(Source source) {
        return session.add(dylib, () -> source.graph);
    }

    private void remove(Unit... units) {
        session.removeAll(List.of(units));
    }

    private int value(String symbol) {
        return target.bytes(session.lookup(dylib, List.of(symbol)).get(symbol), 1)[0];
    }

    @Test
    void theNextOfSeveralWeakOnesCounts() {
        Unit first = add(new Source("first.o").defines("f", 1, Linkage.WEAK));
        Unit second = add(new Source("second.o").defines("f", 2, Linkage.WEAK));
        add(new Source("third.o").defines("f", 3, Linkage.WEAK));
        remove(first);
        remove(second);
        assertEquals(3, value("f"));
    }

    @Test
    void theBestOfThoseThatAreLeftCounts() {
        add(new Source("weak.o").defines("f", 1, Linkage.WEAK));
        add(new Source("common.o").common("f", 4));
        add(new Source("larger.o").common("f", 8));
        Unit strong = add(new Source("strong.o").defines("f", 2, Linkage.STRONG));
        remove(strong);
        session.linkAll(dylib);
        assertEquals(8, dylib.resolveAdded("f").orElseThrow().symbol().sizeBytes());
    }

    @Test
    void theNextOwnerOfAGroupHasItAsAWhole() {
        Unit first = add(new Source("first.o").inline("f", 1));
        Unit second = add(new Source("second.o").inline("f", 2));
        assertEquals(0, second.graph().retained().size());
        remove(first);
        assertEquals(1, second.graph().retained().size());
        assertEquals(2, value("f"));
    }

    @Test
    void theWinnerStaysWhileLinkedCodeRefersToIt() {
        Unit winner = add(new Source("winner.o").inline("f", 1));
        Unit user = add(new Source("user.o").inline("f", 2).refers("pointer", "f"));
        session.lookup(dylib, List.of("pointer"));
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> remove(winner));
        assertEquals(
                "winner.o stays as long as user.o, which refers to its definition of 'f': other"
                        + " definitions have given way to it",
                refusal.getMessage());
        assertEquals(1, value("f"));
        remove(winner, user);
        assertThrows(UnresolvedSymbolsException.class, () -> value("f"));
    }

    @Test
    void aDefinitionForWhichNothingGaveWayCanBeRemoved() {
        Unit defines = add(new Source("defines.o").inline("f", 1));
        Unit user = add(new Source("user.o").refers("pointer", "f"));
        session.lookup(dylib, List.of("pointer"));
        remove(defines);
        remove(user);
        assertThrows(UnresolvedSymbolsException.class, () -> value("f"));
    }

    @Test
    void anObjectThatContradictsItselfChangesNothing() {
        add(new Source("weak.o").defines("f", 1, Linkage.WEAK).defines("g", 2, Linkage.STRONG));
        Source twice =
                new Source("twice.o")
                        .defines("f", 3, Linkage.STRONG)
                        .defines("f", 4, Linkage.STRONG);
        DuplicateDefinitionException refusal =
                assertThrows(DuplicateDefinitionException.class, () -> add(twice));
        assertEquals("f", refusal.symbol());
        assertEquals("twice.o", refusal.first());
        assertEquals("twice.o", refusal.second());
        assertEquals(1, value("f"));
        assertEquals(2, value("g"));
    }

    @Test
    void aGroupStaysWithItsOwnerWhenAnotherObjectGoes() {
        Unit first = add(new Source("first.o").inline("a", 1));
        add(new Source("second.o").inline("b", 2));
        assertEquals(2, value("b"), "it is linked");
        remove(first);
        Unit third = add(new Source("third.o").inline("b", 3));
        assertEquals(0, third.graph().retained().size());
        assertEquals(2, value("b"));
    }

    @Test
    void whatIsPutBackCountsAgainWithItsGroups() {
        Unit unit = add(new Source("first.o").inline("f", 1).refers("pointer", "f"));
        assertEquals(Set.of("f", "pointer"), dylib.definitions().forget(unit));
        assertNull(dylib.definitions().get("f"));
        dylib.definitions().putBack(unit);
        Unit second = add(new Source("second.o").inline("f", 2).refers("other", "g"));
        assertEquals(0, second.graph().retained().size());
        assertEquals(1, value("f"));
        assertNull(dylib.definitions().get("g"), "a reference is no definition");
        dylib.definitions().putBack(second);
        assertNull(dylib.definitions().get("g"));
    }

    @Test
    void aNameThatIsSpelledDifferentlyIsNotFoundByItsOldSpelling() {
        ExecutorAddress address = new ExecutorAddress(0x1000);
        dylib.define("old", address);
        dylib.definitions().respell(name -> "_" + name);
        assertNull(dylib.definitions().get("old"));
        assertEquals(address, dylib.definitions().get("_old").address());
    }

    /** A library has a variable that the program has as a common symbol, too. */
    @Test
    void aCommonSymbolGivesWayToTheOneOfALibraryIfItCounts() {
        Source source = new Source("common.o").common("shared", 4);
        Symbol common = source.graph.symbols().iterator().next();
        add(source);
        Source other = new Source("other.o").common("shared", 4);
        Symbol loser = other.graph.symbols().iterator().next();
        add(other);
        dylib.definitions().giveWay(loser);
        assertEquals(common, dylib.definitions().get("shared").symbol());
        assertTrue(common.isDefined());
        dylib.definitions().giveWay(common);
        assertNull(dylib.definitions().get("shared"));
        assertFalse(common.isDefined());
        dylib.definitions().giveWay(common);
        assertNull(dylib.definitions().get("shared"));
    }

    @Test
    void aHiddenCommonSymbolIsTheProgramsOwn() {
        Source source = new Source("common.o").common("own", 4);
        Symbol common = source.graph.symbols().iterator().next();
        common.as(Linkage.COMMON, Scope.HIDDEN);
        add(source);
        dylib.definitions().giveWay(common);
        assertTrue(common.isDefined());
        assertEquals(common, dylib.definitions().get("own").symbol());
    }
}
