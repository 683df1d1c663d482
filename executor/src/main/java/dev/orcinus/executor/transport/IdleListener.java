package dev.orcinus.executor.transport;

import dev.orcinus.protocol.ProtocolException;

/** Decides how long a reader may sleep, and is told when nothing came in that time. */
public interface IdleListener {
    /**
     * Returns how long the reader may sleep, in milliseconds; a negative number means until a frame
     * comes.
     */
    int patienceMillis();

    /** Called when nothing has come for that long. */
    void onIdle() throws ProtocolException;
}
