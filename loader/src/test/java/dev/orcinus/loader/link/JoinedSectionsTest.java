package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.x64.X64EdgeKind;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Section bounds when objects come, fail and go one after the other. */
final class JoinedSectionsTest {
    private static final String FOLDER = "section-bounds-of-other-objects/";

    private final RehearsalTarget target =
            new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NONE);
    private final LinkSession session =
            new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
    private Dylib dylib = session.createDylib("test");

    private Unit add(String name) {
        return SuiteObjects.add(session, dylib, FOLDER + name);
    }

    private ExecutorAddress address(String symbol) {
        return session.lookup(dylib, List.of(symbol)).get(symbol);
    }

    private long boundsDistance() {
        MemorySegment words = MemorySegment.ofArray(target.bytes(address("bounds"), 16));
        return words.get(ValueLayout.JAVA_LONG_UNALIGNED, 8)
                - words.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    @Test
    void aPartThatComesLaterIsRefused() {
        add("a.o");
        add("b.o");
        add("member.o");
        assertEquals(24, boundsDistance());
        add("c.o");
        UnsupportedObjectException refusal =
                assertThrows(UnsupportedObjectException.class, () -> address("variable"));
        assertEquals(
                FOLDER
                        + "c.o: it has the section 'hooks', to whose bounds code refers that is linked"
                        + " already; add it before that code is linked, or to another dylib",
                refusal.getMessage());
        Dylib other = session.createDylib("other");
        SuiteObjects.add(session, other, FOLDER + "c.o");
        session.lookup(other, List.of("variable"));
    }

    @Test
    void aPartThatWasLinkedEarlierIsRefused() {
        add("c.o");
        address("variable");
        add("a.o");
        add("member.o");
        UnsupportedObjectException refusal =
                assertThrows(UnsupportedObjectException.class, this::boundsDistance);
        assertTrue(
                refusal.getMessage()
                        .startsWith(
                                FOLDER
                                        + "c.o: it was linked before an object that refers to the bounds of"
                                        + " its section 'hooks'"),
                refusal.getMessage());
    }

    @Test
    void anAttemptThatFailsLeavesNothing() {
        add("a.o");
        add("b.o");
        assertThrows(UnresolvedSymbolsException.class, this::boundsDistance);
        assertEquals(0, target.allocationCount());
        add("c.o");
        add("member.o");
        assertEquals(40, boundsDistance());
        session.close(dylib);
        assertEquals(0, target.allocationCount());
    }

    @Test
    void onePartIsNotRemovedAlone() {
        add("a.o");
        Unit part = add("b.o");
        add("member.o");
        assertEquals(24, boundsDistance());
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> session.removeAll(List.of(part)));
        assertEquals(
                FOLDER
                        + "b.o has parts of sections to whose bounds code refers; it is removed when its"
                        + " dylib test is closed",
                refusal.getMessage());
        session.close(dylib);
        assertEquals(0, target.allocationCount());
    }

    private static LinkGraph object(String name) {
        return new LinkGraph(name, new ElfFormat(), "x86_64");
    }

    private static void addPointer(LinkGraph graph, String from, String to) {
        Block block =
                graph.section(".data", Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[8]), 8);
        graph.define(from, block, 0, 8).as(Linkage.STRONG, Scope.DEFAULT);
        block.addEdge(X64EdgeKind.POINTER64, 0, graph.external(to, Linkage.STRONG, false), 0);
    }

    private Unit addPointerTo(String from, String to) {
        LinkGraph graph = object(from + ".o");
        addPointer(graph, from, to);
        return session.add(dylib, () -> graph);
    }

    private long word(String symbol) {
        return MemorySegment.ofArray(target.bytes(address(symbol), 8))
                .get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    /** As for a library that is loaded later, the program's memory has the bounds. */
    @Test
    void whatComesLaterFindsTheBoundsOfTheProgram() {
        SuiteObjects.add(session, dylib, "program-bounds/a.o");
        SuiteObjects.add(session, dylib, "program-bounds/b.o");
        MemorySegment places = MemorySegment.ofArray(target.bytes(address("places"), 64));
        String[] names = {
            "__ehdr_start",
            "__executable_start",
            "_etext",
            "data_start",
            "_edata",
            "__bss_start",
            "end",
            "_end"
        };
        for (int i = 0; i < names.length; i++) {
            addPointerTo("to_" + names[i], names[i]);
            assertEquals(
                    places.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i),
                    word("to_" + names[i]),
                    names[i]);
        }
    }

    /** A section starts where its first part does, however that is aligned. */
    @Test
    void theStartOfASectionIsThatOfItsFirstPart() {
        LinkGraph parts = object("parts.o");
        parts.section("first", Section.Use.VARIABLES)
                .addBlock(MemorySegment.ofArray(new byte[3]), 1);
        Block aligned =
                parts.section("second", Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[] {7}), 64);
        parts.define("second_part", aligned, 0, 1).as(Linkage.STRONG, Scope.DEFAULT);
        addPointer(parts, "to_first", "__stop_first");
        addPointer(parts, "to_second", "__start_second");
        addPointer(parts, "to_end", "__stop_second");
        session.add(dylib, () -> parts);
        long start = word("to_second");
        assertEquals(address("second_part").value(), start);
        assertEquals(0, start % 64);
        assertEquals(start + 1, word("to_end"));
        assertTrue(word("to_first") <= start, "the section before it");
    }

    private void addPart(String name, Section.Use use) {
        LinkGraph graph = object(name);
        Block part =
                graph.section("mixed", use).addBlock(MemorySegment.ofArray(new byte[] {1, 2}), 1);
        graph.define(name, part, 0, 2).as(Linkage.STRONG, Scope.DEFAULT);
        session.add(dylib, () -> graph);
    }

    /** Code that writes into its own part may not meet constants there. */
    @Test
    void aSectionIsWritableIfOneOfItsPartsIs() {
        for (List<Section.Use> uses :
                List.of(
                        List.of(Section.Use.CONSTANTS, Section.Use.VARIABLES),
                        List.of(Section.Use.VARIABLES, Section.Use.CONSTANTS))) {
            addPart("one.o", uses.getFirst());
            addPart("two.o", uses.getLast());
            addPointerTo("to_mixed", "__start_mixed");
            long start = word("to_mixed");
            assertEquals(start, address("one.o").value());
            assertEquals(start + 2, address("two.o").value());
            Unit joined =
                    dylib.units().stream()
                            .filter(unit -> unit.name().startsWith("(joined sections"))
                            .findFirst()
                            .orElseThrow();
            assertEquals(Set.of(Section.Use.VARIABLES), joined.rooms().keySet());
            session.close(dylib);
            dylib = session.createDylib("test");
        }
    }

    @Test
    void anErrorInAPartNamesItsObject() {
        LinkGraph far = object("far.o");
        Block part =
                far.section("hooks", Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[4]), 4);
        part.addEdge(
                X64EdgeKind.POINTER32,
                0,
                far.absolute("above", new ExecutorAddress(1L << 40), 0),
                0);
        far.define("part", part, 0, 4).as(Linkage.STRONG, Scope.DEFAULT);
        session.add(dylib, () -> far);
        addPointerTo("to_hooks", "__start_hooks");
        RelocationRangeException failure =
                assertThrows(RelocationRangeException.class, () -> word("to_hooks"));
        assertTrue(failure.getMessage().startsWith("far.o: hooks"), failure.getMessage());
    }
}
