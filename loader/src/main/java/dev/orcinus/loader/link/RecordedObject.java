package dev.orcinus.loader.link;

import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Movement;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsUse;
import dev.orcinus.loader.image.Place;
import dev.orcinus.loader.image.ProgramTables.Extent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is recorded of an object of a program: which of its edges are written anew, and how the
 * words change that the others have written. One thread at a time uses it.
 */
final class RecordedObject {
    private final RecordedPlaces places;
    private final List<Left> edges = new ArrayList<>();
    private final Map<Move, Offsets> moved = new LinkedHashMap<>();
    private final List<Extent> contents = new ArrayList<>();
    private boolean isRefused;

    RecordedObject(RecordedPlaces places) {
        this.places = places;
    }

    /**
     * An edge that is left to be written.
     *
     * @param outside its target, if no object of the program defines that; else null
     * @param target the place of its target, if one does; else null
     */
    record Left(EdgeKind kind, Place from, Symbol outside, Place target, long addend) {}

    /**
     * A way in which words change if memory moves.
     *
     * @param use the memory that they lie in
     * @param grows the use with whose memory they grow
     * @param shrinks the use with whose memory they shrink; null if there is none
     * @param sizeBytes of a word
     */
    record Move(Section.Use use, Section.Use grows, Section.Use shrinks, int sizeBytes) {}

    /** The places of words, in bytes from the start of a use's memory. */
    static final class Offsets {
        private static final int FIRST_COUNT = 16;

        private int[] offsets = new int[FIRST_COUNT];
        private int count;

        void add(int offset) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * count);
            }
            offsets[count] = offset;
            count++;
        }

        void addAll(Offsets others) {
            for (int i = 0; i < others.count; i++) {
                add(others.offsets[i]);
            }
        }

        MemorySegment toSegment() {
            return MemorySegment.ofArray(Arrays.copyOf(offsets, count));
        }
    }

    /** Returns the edges that are left. */
    List<Left> edges() {
        return edges;
    }

    /** Returns the words that move. */
    Map<Move, Offsets> moved() {
        return moved;
    }

    /** Notes where it has content; what it has besides are zeros. */
    void addContent(Extent part) {
        contents.add(part);
    }

    /** Returns where it has content. */
    List<Extent> contents() {
        return contents;
    }

    /** Returns whether it has an edge of which neither is true. */
    boolean isRefused() {
        return isRefused;
    }

    /**
     * Takes a block whose edges have been written.
     *
     * @param inContent the place of the block in the content of its segment
     * @param ofContent the place of that content in the memory of its use
     * @param content of the segment; where edges are left, it becomes what it was before
     */
    void take(Block block, int inContent, long ofContent, byte[] content) {
        Section.Use use = block.section().use();
        boolean isEntry = block.section().name().equals(GotBuilder.GOT);
        for (Edge edge : block.edges()) {
            Place.InMemory from = new Place.InMemory(use, ofContent + inContent + edge.offset());
            if (edge.kind().equals(EdgeKind.KEEP_ALIVE)) {
                continue;
            }
            if (!isLeft(edge)) {
                note(edge, from);
            } else if (!isEntry) { // entries are made again for the edges that request them
                edges.add(left(edge, from));
                putBack(block, edge, inContent, content);
            }
        }
    }

    /** Returns whether an edge is written anew each time. */
    private boolean isLeft(Edge edge) {
        Symbol target = edge.firstTarget();
        boolean isThreadLocal =
                target.isThreadLocal()
                        || edge.firstKind().tls() != TlsUse.NONE
                        || edge.kind().tls() != TlsUse.NONE;
        boolean isOutside = places.isOutside(target);
        isRefused |= isOutside && !isThreadLocal && edge.firstKind().movement() == Movement.UNKNOWN;
        return isOutside || isThreadLocal;
    }

    /** Returns an edge as it was before it was lowered. */
    Left left(Edge edge, Place from) {
        Symbol target = edge.firstTarget();
        return places.isOutside(target)
                ? new Left(edge.firstKind(), from, target, null, edge.addend())
                : new Left(edge.firstKind(), from, null, places.of(target), edge.addend());
    }

    /** Gives an instruction the bytes back that it had before it was lowered. */
    private static void putBack(Block block, Edge edge, int inContent, byte[] content) {
        int first = edge.offset() - edge.kind().bytesBefore();
        int count = edge.offset() + edge.firstKind().sizeBytes() - first;
        MemorySegment.copy(
                block.content(), ValueLayout.JAVA_BYTE, first, content, inContent + first, count);
    }

    /** Notes how a word changes that has been written. */
    private void note(Edge edge, Place.InMemory from) {
        Section.Use use = from.use();
        Section.Use of = places.of(edge.target()) instanceof Place.InMemory at ? at.use() : null;
        int size = edge.kind().sizeBytes();
        switch (edge.kind().movement()) {
            case NONE -> {}
            case WITH_TARGET -> {
                if (of != null) {
                    note(new Move(use, of, null, size), from);
                }
            }
            case WITH_DISTANCE -> noteDistance(new Move(use, of, use, size), from);
            case AGAINST_DISTANCE -> noteDistance(new Move(use, use, of, size), from);
            case ONLY_TOGETHER -> isRefused |= of != use;
            case UNKNOWN -> isRefused = true;
        }
    }

    private void noteDistance(Move move, Place.InMemory from) {
        if (move.grows == null || move.shrinks == null) {
            isRefused = true; // the distance to a number
        } else if (move.grows != move.shrinks) {
            note(move, from);
        }
    }

    private void note(Move move, Place.InMemory from) {
        moved.computeIfAbsent(move, _ -> new Offsets()).add(Math.toIntExact(from.offset()));
    }
}
