package dev.orcinus.protocol.sps;

import dev.orcinus.protocol.ProtocolException;
import java.lang.foreign.MemorySegment;

/**
 * Bytes that are still on their way, for a {@link SpsReader} that must not wait for all of them.
 */
public interface ByteStream {
    /**
     * The next bytes, at least one and at most {@code limitBytes}; waits for them. The segment is
     * valid until the next call.
     */
    MemorySegment next(long limitBytes) throws ProtocolException;

    /** Fills {@code target} with the next bytes, without a copy between. */
    void readFully(MemorySegment target) throws ProtocolException;
}
