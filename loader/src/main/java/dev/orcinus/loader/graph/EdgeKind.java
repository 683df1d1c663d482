package dev.orcinus.loader.graph;

import java.lang.foreign.MemorySegment;

/**
 * A kind of reference, which decides what is written at an edge. Each architecture has one enum of
 * them. {@link #KEEP_ALIVE} is common to all architectures.
 */
public interface EdgeKind {
    /** Writes nothing. The edge's target is kept if the edge's block is kept. */
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

                @Override
                public Movement movement() {
                    return Movement.NONE;
                }
            };

    /** Returns its name: that of the enum constant. */
    String name();

    /** Returns the value that it needs of a thread-local target. */
    default TlsUse tls() {
        return TlsUse.NONE;
    }

    /** Returns how what it has written changes when its block or its target moves. */
    default Movement movement() {
        return Movement.UNKNOWN;
    }

    /** Returns the number of bytes before the edge's offset that it changes, too. */
    default int bytesBefore() {
        return 0;
    }

    /** Returns the largest number of bytes that it writes, starting at the edge's offset. */
    int sizeBytes();

    /**
     * Returns whether the bytes at an offset can hold the value: an instruction there must have a
     * field for it.
     *
     * @param content the content of the block, which has at least {@link #sizeBytes} bytes from the
     *     offset on
     */
    default boolean fits(MemorySegment content, long offset) {
        return true;
    }
}
