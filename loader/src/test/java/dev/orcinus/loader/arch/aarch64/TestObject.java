package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An object that is linked at addresses of a test's choice, without a target. */
final class TestObject {
    private final LinkGraph graph;
    private final AArch64 architecture = new AArch64();
    private final Map<Block, MemorySegment> contents = new HashMap<>();

    TestObject(LinkGraph graph) {
        this.graph = graph;
    }

    static TestObject read(String name) {
        return read(name, resource(name));
    }

    static TestObject read(String name, byte[] object) {
        return new TestObject(
                new ElfFormat().read(name, MemorySegment.ofArray(object).asReadOnly()));
    }

    static byte[] resource(String name) {
        try (InputStream in = TestObject.class.getResourceAsStream("/arch/aarch64/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> source(String name) {
        return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
    }

    LinkGraph graph() {
        return graph;
    }

    TestObject lower(Reach reach) {
        architecture.lower(graph, reach);
        return this;
    }

    /** Lays out the blocks of one use, starting at an address. */
    TestObject place(Section.Use use, long address) {
        long next = address;
        for (Section section : graph.sections(use)) {
            for (Block block : section.blocks()) {
                next = (next + block.alignmentBytes() - 1) & -block.alignmentBytes();
                block.setAddress(new ExecutorAddress(next));
                next += block.sizeBytes();
            }
        }
        return this;
    }

    TestObject resolve(String external, long address) {
        graph.externals().stream()
                .filter(symbol -> symbol.name().equals(external))
                .forEach(symbol -> symbol.resolve(new ExecutorAddress(address)));
        return this;
    }

    /** Writes the edges of all blocks that have some. */
    TestObject fixUp() {
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                if (!block.isZeroFill()) {
                    contents.put(block, writable(block.content()));
                    architecture.fixUp(graph, block, contents.get(block));
                }
            }
        }
        return this;
    }

    /**
     * Returns the content to fix up. A test's own content is fixed up in place, because it may be
     * huge.
     */
    private static MemorySegment writable(MemorySegment content) {
        return content.isReadOnly() ? MemorySegment.ofArray(content.toArray(Memory.BYTE)) : content;
    }

    Block block(String section) {
        for (Section candidate : graph.sections()) {
            if (candidate.name().equals(section)) {
                return candidate.blocks().getFirst();
            }
        }
        throw new AssertionError(section);
    }

    /** Returns the bytes of the only section after fixing up. */
    MemorySegment content(String section) {
        return contents.get(block(section));
    }

    Memory memory() {
        List<Memory.Piece> pieces = new ArrayList<>();
        contents.forEach(
                (block, bytes) -> pieces.add(new Memory.Piece(block.addressValue(), bytes)));
        return new Memory(pieces);
    }
}
