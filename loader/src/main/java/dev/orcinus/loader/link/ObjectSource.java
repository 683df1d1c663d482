package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.graph.LinkGraph;
import java.util.Optional;

/** Objects that are added when somebody needs what they define: an archive. */
public interface ObjectSource {
    /**
     * The object that defines {@code symbol}, unless it has been handed out before.
     *
     * @throws LinkException if it cannot be read
     */
    Optional<LinkGraph> take(String symbol);

    /** What has been taken for {@code symbol} could not be added; it may be asked for again. */
    default void giveBack(String symbol) {}
}
