package dev.orcinus.executor.transport;

import dev.orcinus.protocol.ProtocolException;

/** Is asked before a reader sleeps, and told when it has slept for as long as it was asked to. */
public interface IdleListener {
    /** How long the reader may sleep, in milliseconds; negative for as long as nothing comes. */
    int patienceMillis();

    /** Nothing came for that long. */
    void onIdle() throws ProtocolException;
}
