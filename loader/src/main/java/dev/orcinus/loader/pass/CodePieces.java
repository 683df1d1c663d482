package dev.orcinus.loader.pass;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.runtime.dylib.FunctionSection;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A pass that makes a function of a section that holds pieces of code without a return (System V
 * ABI, "Special Sections": {@code .init}, {@code .fini}). A static linker makes one function of the
 * pieces of all objects; here each object has its own, and they run in the order of the objects.
 * The C library's start files have none.
 */
public final class CodePieces {
    private static final String POINTERS = "$pieces";

    private CodePieces() {}

    /**
     * Makes the function, and an initializer or finalizer that calls it, if the graph has pieces.
     *
     * @param kind when it is called
     */
    public static void join(
            LinkGraph graph,
            Architecture architecture,
            String sectionName,
            FunctionSection.Kind kind) {
        Section section = graph.find(sectionName, Section.Use.CODE);
        if (section == null || sizeBytes(section) == 0) {
            return;
        }
        if (isStartFile(graph, section, architecture)) {
            return;
        }
        Block enter = block(section, architecture.enterPieces());
        Block leave = block(section, architecture.leavePieces());
        List<Block> blocks = new ArrayList<>(List.of(enter));
        blocks.addAll(section.blocks());
        blocks.add(leave);
        requireNoPadding(graph, section, blocks);
        section.setBlocks(blocks);
        blocks.forEach(b -> enter.addEdge(EdgeKind.KEEP_ALIVE, 0, graph.anonymous(b), 0));
        Block pointer =
                graph.section(POINTERS, Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[Long.BYTES]), Long.BYTES);
        pointer.addEdge(architecture.pointer64(), 0, graph.anonymous(enter), 0);
        graph.initializers().add(new Initializer(kind, pointer, true));
    }

    /**
     * Returns whether the section is that of the C library's {@code crti.o} or {@code crtn.o},
     * which have the beginning and the end of the function: the first one names it, the other one
     * returns from it.
     */
    private static boolean isStartFile(
            LinkGraph graph, Section section, Architecture architecture) {
        String function = "_" + section.name().substring(1);
        for (Symbol symbol : graph.symbols()) {
            if (symbol.isDefined()
                    && symbol.block().section() == section
                    && symbol.name().equals(function)) {
                return true;
            }
        }
        byte[] end = architecture.leavePieces().bytes().toArray(ValueLayout.JAVA_BYTE);
        Block last = section.blocks().getLast();
        long behind = last.sizeBytes() - end.length;
        return !last.isZeroFill()
                && behind >= 0
                && last.content().asSlice(behind).mismatch(MemorySegment.ofArray(end)) < 0;
    }

    private static Block block(Section section, CodeTemplate code) {
        return section.newBlock(code.bytes(), code.alignmentBytes());
    }

    private static long sizeBytes(Section section) {
        return section.blocks().stream().mapToLong(Block::sizeBytes).sum();
    }

    /** Requires that the pieces follow each other: padding between them would be executed. */
    private static void requireNoPadding(LinkGraph graph, Section section, List<Block> blocks) {
        long offset = 0;
        for (Block block : blocks) {
            if (offset % block.alignmentBytes() != 0) {
                throw new UnsupportedObjectException(
                        graph.name(),
                        "a piece of code in %s is aligned to %d bytes, but starts at %d"
                                .formatted(section.name(), block.alignmentBytes(), offset));
            }
            offset += block.sizeBytes();
        }
    }
}
