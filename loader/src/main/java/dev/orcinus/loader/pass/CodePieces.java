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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pass that makes a function of a section that holds pieces of code without a return (System V
 * ABI, "Special Sections": {@code .init}, {@code .fini}). A static linker makes one function of the
 * pieces of all objects; here each object has its own, and they run in the order of the objects. An
 * object that names the function, as the C library's {@code crti.o} does, has its start as well.
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
        if (isEnd(section, architecture)) {
            return;
        }
        Optional<Symbol> named = function(graph, section);
        List<Block> blocks = new ArrayList<>(section.blocks());
        if (named.isEmpty()) {
            blocks.addFirst(block(section, architecture.enterPieces()));
        }
        Symbol function = named.orElseGet(() -> graph.anonymous(blocks.getFirst()));
        blocks.add(block(section, architecture.leavePieces(startOf(function))));
        requireNoPadding(graph, section, blocks);
        section.setBlocks(blocks);
        blocks.forEach(
                b -> function.block().addEdge(EdgeKind.KEEP_ALIVE, 0, graph.anonymous(b), 0));
        Block pointer =
                graph.section(POINTERS, Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[Long.BYTES]), Long.BYTES);
        pointer.addEdge(architecture.pointer64(), 0, function, 0);
        graph.initializers().add(new Initializer(kind, pointer, true));
    }

    /**
     * Returns whether the section has nothing but the end of the function, as that of the C
     * library's {@code crtn.o}: each function has an end already.
     */
    private static boolean isEnd(Section section, Architecture architecture) {
        Block first = section.blocks().getFirst();
        return section.blocks().size() == 1
                && !first.isZeroFill()
                && architecture.isEndOfPieces(first.content());
    }

    /** Returns the function, if the object names it, as the dynamic linker knows it. */
    private static Optional<Symbol> function(LinkGraph graph, Section section) {
        String function = "_" + section.name().substring(1);
        return graph.symbols().stream()
                .filter(symbol -> symbol.isDefined() && symbol.block().section() == section)
                .filter(symbol -> symbol.name().equals(function))
                .findFirst();
    }

    private static MemorySegment startOf(Symbol function) {
        Block block = function.block();
        return block.isZeroFill() ? MemorySegment.NULL : block.content().asSlice(function.offset());
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
