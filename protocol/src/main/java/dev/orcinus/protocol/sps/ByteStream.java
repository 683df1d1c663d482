package dev.orcinus.protocol.sps;

import dev.orcinus.protocol.ProtocolException;
import java.lang.foreign.MemorySegment;

/** Bytes that are still arriving, for a {@link SpsReader} that must not wait for all of them. */
public interface ByteStream {
    /**
     * Waits for the next bytes and returns at least one and at most {@code limitBytes}. The segment
     * is valid until the next call.
     */
    MemorySegment next(long limitBytes) throws ProtocolException;

    /** Fills {@code target} with the next bytes, without a copy between. */
    void readFully(MemorySegment target) throws ProtocolException;
}
