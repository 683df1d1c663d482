package dev.orcinus.loader.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import java.lang.foreign.MemorySegment;

/**
 * Files that have become shorter since they were mapped. Whoever reads what is not there any more
 * gets an {@link InternalError} from the JVM, which does not say where. It has no state.
 */
final class CutFiles {
    private CutFiles() {}

    /**
     * Requires that the contents of objects are still there.
     *
     * @throws MalformedObjectException if a part of one is not
     */
    static void requireNone(Iterable<Unit> units) {
        for (Unit unit : units) {
            requireNone(unit.graph());
        }
    }

    private static void requireNone(LinkGraph graph) {
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                if (!isThere(block.content())) {
                    throw new MalformedObjectException(
                            graph.name(),
                            0,
                            "the file has become shorter since it was opened; "
                                    + section.name()
                                    + " is not there any more");
                }
            }
        }
    }

    private static boolean isThere(MemorySegment content) {
        try {
            if (content.byteSize() > 0 && content.isMapped()) {
                MemorySegment.copy(content, JAVA_BYTE, content.byteSize() - 1, new byte[1], 0, 1);
            }
            return true;
        } catch (InternalError _) {
            return false;
        }
    }
}
