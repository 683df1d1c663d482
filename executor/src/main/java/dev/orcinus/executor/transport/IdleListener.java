package dev.orcinus.executor.transport;

import dev.orcinus.protocol.ProtocolException;

/**
 * Decides how long a reader may sleep, and is told when nothing came between frames in that time.
 */
public interface IdleListener {
    /**
     * Returns how long the reader may sleep, in milliseconds; a negative number means until a frame
     * comes.
     */
    int patienceMillis();

    /**
     * Returns how long the peer may be silent inside of a frame that it has begun, in milliseconds;
     * a negative number means without limit.
     */
    int patienceInFrameMillis();

    /** Called when nothing has come between two frames for that long. */
    void onIdle() throws ProtocolException;
}
