package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A format that puts an underscore before C names, and that has a pass of its own. */
final class OtherFormatTest {
    private final RehearsalTarget target =
            new RehearsalTarget("aarch64", RehearsalTarget.Symbols.NEAR);
    private final Underscored format = new Underscored();
    private final Set<String> asked = new TreeSet<>();
    private LinkSession session;
    private Dylib dylib;

    private static final class Underscored implements GraphFormat {
        private final List<String> prepared = new ArrayList<>();

        @Override
        public String name() {
            return "underscored";
        }

        @Override
        public String symbolOf(String cName) {
            return "_" + cName;
        }

        @Override
        public String cNameOf(String symbol) {
            return symbol.startsWith("_") ? symbol.substring(1) : null;
        }

        /** Defines a symbol where it is referred to. */
        @Override
        public void prepare(LinkGraph graph) {
            prepared.add(graph.name());
            for (Symbol symbol : List.copyOf(graph.externals())) {
                if (symbol.name().equals("own$start")) {
                    Section section = graph.section("own", Section.Use.VARIABLES);
                    graph.defineExternal(symbol, section.addZeroFill(8, 8), 0);
                }
            }
        }
    }

    @BeforeEach
    void open() {
        session = new LinkSession(target, format, LinkOptions.DEFAULT);
        dylib = session.createDylib("test");
        session.addSource(dylib, session.format().asking(this::find));
    }

    private List<ExecutorAddress> find(List<String> names) {
        asked.addAll(names);
        return target.find(target.process(), names);
    }

    private LinkGraph graph(GraphFormat of, String... references) {
        return graph("test.o", of, references);
    }

    private LinkGraph graph(String name, GraphFormat of, String... references) {
        LinkGraph graph = new LinkGraph(name, of, "aarch64");
        Block block = graph.section("code", Section.Use.CODE).addZeroFill(16, 4);
        for (String reference : references) {
            Symbol symbol = graph.external(reference, Linkage.STRONG, false);
            block.addEdge(EdgeKind.KEEP_ALIVE, 0, symbol, 0);
        }
        graph.retained().add(block);
        return graph;
    }

    private void link(String... references) {
        session.add(dylib, () -> graph(format, references));
        session.linkAll(dylib);
    }

    @Test
    void thePassesAreThoseOfTheGraphsFormat() {
        link("own$start");
        assertEquals(Set.of(), asked, "the format has defined it");
        assertEquals(List.of("test.o"), format.prepared);
    }

    @Test
    void whatTheLinkerBringsAlongIsSpelledAsTheFormatSays() {
        link("_atexit", "___dso_handle", "___aarch64_ldadd4_relax");
        assertEquals(Set.of("___cxa_atexit", "___cxa_finalize"), asked);
        assertTrue(format.prepared.contains("(compiler functions)"), format.prepared::toString);
    }

    @Test
    void namesOfOtherFormatsAreNotMeant() {
        link("atexit", "__aarch64_ldadd4_relax");
        assertEquals(Set.of("atexit", "__aarch64_ldadd4_relax"), asked);
    }

    @Test
    void theFirstObjectDecidesTheFormat() {
        session.define(dylib, "_given", new ExecutorAddress(0x1000));
        session.add(dylib, () -> graph(new ElfFormat(), "given", "wanted"));
        assertEquals("name", session.format().symbolOf("name"));
        session.linkAll(dylib);
        assertEquals(
                Set.of("_wanted"), asked, "the process is asked as its own code spells the name");
    }

    /** The object decides the format, though the archive's index is wrong about its symbols. */
    @Test
    void anObjectThatIsNeededDecidesTheFormat() {
        List<LinkGraph> members = new ArrayList<>(List.of(graph(new ElfFormat())));
        session.addObjects(
                dylib,
                symbol ->
                        symbol.toString().equals("wanted") && !members.isEmpty()
                                ? Optional.of(members.removeFirst())
                                : Optional.empty());
        session.lookup(dylib, List.of("wanted"));
        assertEquals("name", session.format().symbolOf("name"));
        assertEquals(Set.of("_wanted"), asked);
    }

    @Test
    void aSourceMayKnowTheNamesOfC() {
        Dylib other = session.createDylib("other");
        session.addSource(
                other,
                session.format()
                        .askingInC(
                                names -> {
                                    assertEquals(List.of("in_c"), names);
                                    return List.of(new ExecutorAddress(0x2000));
                                }));
        assertEquals(
                new ExecutorAddress(0x2000), session.lookup(other, List.of("_in_c")).get("_in_c"));
    }

    @Test
    void anObjectOfAnotherFormatIsRefused() {
        session.add(dylib, () -> graph(format));
        UnsupportedObjectException refusal =
                assertThrows(
                        UnsupportedObjectException.class,
                        () -> session.add(dylib, () -> graph("second.o", new ElfFormat())));
        assertEquals(
                "second.o: an object of the format ELF;"
                        + " with 'test.o' the session has the format underscored",
                refusal.getMessage());
    }
}
