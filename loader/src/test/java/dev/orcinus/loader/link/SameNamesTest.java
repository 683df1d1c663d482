package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.orcinus.loader.arch.aarch64.AArch64EdgeKind;
import dev.orcinus.loader.arch.x64.X64EdgeKind;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Graphs that have one name several times, and empty thread-local storage. Objects with symbol
 * versions or with errors can make such graphs.
 */
final class SameNamesTest {
    /** The differences between processors. */
    record Kinds(String architecture, EdgeKind pointer, EdgeKind descriptor, EdgeKind module) {}

    static final List<Kinds> PROCESSORS =
            List.of(
                    new Kinds(
                            "x86_64",
                            X64EdgeKind.POINTER64,
                            X64EdgeKind.TLS_DESCRIPTOR,
                            X64EdgeKind.TLS_MODULE64),
                    new Kinds(
                            "aarch64",
                            AArch64EdgeKind.POINTER64,
                            AArch64EdgeKind.TLS_DESCRIPTOR,
                            AArch64EdgeKind.TLS_MODULE64));

    /** A graph with a table that refers to the tested symbols. */
    private static final class Table {
        private final RehearsalTarget target;
        private final LinkGraph graph;
        private final Block block;

        Table(Kinds kinds, int sizeBytes) {
            target = new RehearsalTarget(kinds.architecture, RehearsalTarget.Symbols.NONE);
            graph = new LinkGraph("input.o", new ElfFormat(), kinds.architecture);
            block = add(Section.Use.VARIABLES, ".data", sizeBytes);
            graph.define("table", block, 0, sizeBytes).as(Linkage.STRONG, Scope.DEFAULT);
        }

        Block add(Section.Use use, String section, int sizeBytes) {
            MemorySegment content = MemorySegment.ofArray(new byte[sizeBytes]);
            return graph.section(section, use).addBlock(content, Long.BYTES);
        }

        /**
         * Adds a reference, two definitions that are replaced, and the definition that replaces
         * them, 16 bytes further on.
         */
        List<Symbol> fourOfOneName(Block owner) {
            boolean isThreadLocal = owner.section().use() == Section.Use.THREAD_LOCALS;
            return List.of(
                    graph.external("same", Linkage.STRONG, isThreadLocal),
                    graph.define("same", owner, 0, 8).as(Linkage.WEAK, Scope.DEFAULT),
                    graph.define("same", owner, 8, 8).as(Linkage.WEAK, Scope.DEFAULT),
                    graph.define("same", owner, 16, 8).as(Linkage.STRONG, Scope.DEFAULT));
        }

        /** Returns the table's words after it has been linked. */
        long[] link() {
            LinkSession session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
            Dylib dylib = session.createDylib("test");
            session.add(dylib, () -> graph);
            session.linkAll(dylib);
            ExecutorAddress table = session.lookup(dylib, List.of("table")).get("table");
            byte[] bytes = target.bytes(table, block.sizeBytes());
            session.close(dylib);
            assertEquals(0, target.allocationCount());
            return MemorySegment.ofArray(bytes).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
        }
    }

    @ParameterizedTest
    @FieldSource("PROCESSORS")
    void allReferencesLeadToTheDefinitionThatWins(Kinds kinds) {
        Table table = new Table(kinds, 40);
        Block owner = table.add(Section.Use.CONSTANTS, ".rodata", 24);
        table.block.addEdge(kinds.pointer, 0, table.graph.anonymous(owner), 16);
        int offset = 8;
        for (Symbol symbol : table.fourOfOneName(owner)) {
            table.block.addEdge(kinds.pointer, offset, symbol, 0);
            offset += 8;
        }
        long[] words = table.link();
        for (long word : words) {
            assertEquals(words[0], word);
        }
        assertNotEquals(0, words[0]);
    }

    @ParameterizedTest
    @FieldSource("PROCESSORS")
    void soDoTheDescriptorsOfThreadLocals(Kinds kinds) {
        Table table = new Table(kinds, 64);
        Block owner = table.add(Section.Use.THREAD_LOCALS, ".tdata", 24);
        int offset = 0;
        for (Symbol symbol : table.fourOfOneName(owner)) {
            table.block.addEdge(kinds.descriptor, offset, symbol, 0);
            offset += 16;
        }
        long[] words = table.link();
        for (int i = 0; i < words.length; i += 2) {
            assertNotEquals(0, words[i], "a function");
            assertEquals(16, words[i + 1], "the rehearsal's argument is the offset");
        }
    }

    @ParameterizedTest
    @FieldSource("PROCESSORS")
    void aBlockWithoutAByteHasAModuleAndADescriptor(Kinds kinds) {
        Table table = new Table(kinds, 24);
        Symbol base = table.graph.threadLocalBase("_TLS_MODULE_BASE_");
        table.block.addEdge(kinds.module, 0, base, 0);
        table.block.addEdge(kinds.descriptor, 8, base, 0);
        long[] words = table.link();
        assertNotEquals(0, words[0], "a module");
        assertNotEquals(0, words[1], "a function");
    }
}
