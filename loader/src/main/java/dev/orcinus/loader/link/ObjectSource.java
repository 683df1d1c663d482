package dev.orcinus.loader.link;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.graph.LinkGraph;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A source of objects that are added when a symbol that they define is needed, such as an archive.
 */
public interface ObjectSource {
    /**
     * Returns the object that defines {@code symbol}, unless it has been returned before.
     *
     * @throws LinkException if the object cannot be read
     */
    Optional<LinkGraph> take(IndexedName symbol);

    /**
     * Returns the object that defines {@code symbol}, unless it only has a common symbol of that
     * name or has been returned before. A source that never has to replace common symbols returns
     * nothing.
     *
     * @throws LinkException if the object cannot be read
     */
    default Optional<LinkGraph> takeDefinition(IndexedName symbol) {
        return Optional.empty();
    }

    /**
     * Returns whether {@link #take} is going to return an object for {@code symbol}, or has done
     * so, as far as the source knows that already. If it can, it has the object read ahead.
     *
     * @param objects has objects read ahead
     * @param preparation is given each of them
     */
    default boolean expect(
            IndexedName symbol, ReadAhead objects, UnaryOperator<LinkGraph> preparation) {
        return false;
    }

    /** Forgets the objects that were expected and have not been taken. */
    default void expectNothing() {}

    /**
     * Takes back the object for {@code symbol}, which could not be added. It may be asked for
     * again.
     */
    default void giveBack(IndexedName symbol) {}
}
