package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Symbol;

/**
 * The difference of two symbols, {@code target - base}: a {@code SUBTRACTOR} relocation that names
 * the base, and an {@code UNSIGNED} one that names the target. One of the two symbols lies in the
 * block that holds the difference, so that one edge to the other symbol expresses it.
 *
 * @param delta64 {@code Target - Fixup + Addend : int64}
 * @param delta32 {@code Target - Fixup + Addend : int32}
 * @param negDelta64 {@code Fixup - Target + Addend : int64}
 * @param negDelta32 {@code Fixup - Target + Addend : int32}
 */
record SymbolDifference(
        EdgeKind delta64, EdgeKind delta32, EdgeKind negDelta64, EdgeKind negDelta32) {

    /**
     * Adds the edge of a pair.
     *
     * @param at is at the {@code SUBTRACTOR}, and moves to the other one
     * @param unsigned the type of {@code UNSIGNED}
     */
    void add(RelocationCursor at, int unsigned) throws MalformedFileException {
        at.requireExternal();
        int sizeBytes = at.relocation().sizeBytes();
        if (sizeBytes < Integer.BYTES) {
            throw at.unsupported();
        }
        at.requireForm(false, sizeBytes);
        Symbol base = at.symbol();
        long address = at.address();
        if (!at.advance() || at.relocation().type() != unsigned || at.address() != address) {
            throw at.malformed("does not follow, at the same place, a SUBTRACTOR relocation");
        }
        at.requireForm(false, sizeBytes);
        add(at, base, target(at));
    }

    private static RelocationCursor.Target target(RelocationCursor at)
            throws MalformedFileException {
        return at.relocation().isExternal()
                ? new RelocationCursor.Target(at.symbol(), at.stored())
                : at.targetAt(at.stored());
    }

    private void add(RelocationCursor at, Symbol base, RelocationCursor.Target target)
            throws MalformedFileException {
        boolean isLong = at.relocation().sizeBytes() == Long.BYTES;
        if (isIn(at.block(), base)) {
            at.addEdge(
                    isLong ? delta64 : delta32,
                    target.symbol(),
                    target.addend() + at.offset() - base.offset());
        } else if (isIn(at.block(), target.symbol())) {
            at.addEdge(
                    isLong ? negDelta64 : negDelta32,
                    base,
                    target.addend() + target.symbol().offset() - at.offset());
        } else {
            throw at.malformed(
                    "subtracts %s from %s, and neither of them is in the same block"
                            .formatted(base, target.symbol()));
        }
    }

    private static boolean isIn(Block block, Symbol symbol) {
        return symbol.isDefined() && symbol.block() == block;
    }
}
