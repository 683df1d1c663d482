package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.OptionalInt;

/**
 * A connection that carries bytes to and from an executor. One thread reads and one writes. Any
 * thread may end it: {@link #endOutput}, then {@link #disconnect}, then {@link #awaitPeer}.
 */
sealed interface Line permits SocketLine, TlsLine, ProcessLine, ConnectingProcessLine {
    /** Returns the channel from the executor, which ends when the executor ends the line. */
    ReadableByteChannel input();

    /** Returns the channel to the executor. */
    GatheringByteChannel output();

    /**
     * Notes that the executor has sent its first message, so that it has opened its ends of the
     * line.
     */
    void established();

    /** Ends the output. For an executor this is the end of the session. */
    void endOutput() throws IOException;

    /** Ends both directions and wakes threads that read or write. It does not wait. */
    void disconnect();

    /** Waits a limited time for the end of the executor's process, if this process started it. */
    void awaitPeer();

    /**
     * Returns the exit status of the executor's process, if this process started it and it has
     * ended. It may wait up to half a second for that.
     */
    OptionalInt exitStatus();

    /** Returns a description of the executor, for messages. */
    String peer();
}
