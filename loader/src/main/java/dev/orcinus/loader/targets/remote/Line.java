package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.OptionalInt;

/**
 * The bytes to and from an executor. One thread reads, one writes, any may end it: {@link
 * #endOutput}, then {@link #disconnect}, then {@link #awaitPeer}.
 */
sealed interface Line permits SocketLine, ProcessLine {
    /** What comes from the executor; ends where the executor ends the line. */
    ReadableByteChannel input();

    /** What goes to it. */
    GatheringByteChannel output();

    /** The executor has said something, so it holds its ends. */
    void established();

    /** Sends nothing more, which to an executor is the end of the session. */
    void endOutput() throws IOException;

    /** Ends both directions, and wakes whoever waits for one. Does not wait. */
    void disconnect();

    /** Waits a limited time for what must be gone once the line is. */
    void awaitPeer();

    /**
     * The exit status of the executor's process, if it is ours and has ended; may wait a moment to
     * learn it.
     */
    OptionalInt exitStatus();

    /** Who is at the other end, for messages. */
    String peer();
}
