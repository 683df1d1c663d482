package dev.orcinus.loader.graph;

import java.lang.foreign.MemorySegment;

/**
 * What the bytes at an edge become. Each architecture has one enum of them, and two are common to
 * all: an edge that only keeps its target alive is {@link #KEEP_ALIVE}.
 */
public interface EdgeKind {
    /** Changes no byte; its target lives as long as the block that it lies in. */
    EdgeKind KEEP_ALIVE =
            new EdgeKind() {
                @Override
                public String name() {
                    return "KEEP_ALIVE";
                }

                @Override
                public int sizeBytes() {
                    return 0;
                }
            };

    /** The enum constant's name. */
    String name();

    /** What it wants to know of a thread-local target. */
    default TlsUse tls() {
        return TlsUse.NONE;
    }

    /** How many bytes it writes at most, from the edge's offset on. */
    int sizeBytes();

    /**
     * Whether the bytes there can take it: whether an instruction is one that has room for it.
     *
     * @param content of the block; {@link #sizeBytes} of it lie behind the offset
     */
    default boolean fits(MemorySegment content, long offset) {
        return true;
    }
}
