package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A two-way byte stream over one socket or two pipe ends. One thread reads and one writes at a
 * time; any thread may call {@link #shutdown}. Segments are native memory.
 */
public interface HostChannel extends AutoCloseable {
    /** The result of {@link #readNow} and {@link #read} at the end of the stream. */
    long END = -1;

    /**
     * Reads the bytes that are there, without waiting.
     *
     * @return bytes read, 0 if nothing is there now, {@link #END}
     */
    long readNow(MemorySegment target) throws HostCallException;

    /**
     * Waits until there is something to read or the stream has ended, then reads.
     *
     * @return bytes read, at least 1, or {@link #END}
     */
    long read(MemorySegment target) throws HostCallException;

    /**
     * Waits until there is something to read or the stream has ended.
     *
     * @param timeoutMillis at most this long; negative for ever
     * @return false if the time is over
     */
    boolean awaitReadable(int timeoutMillis) throws HostCallException;

    /**
     * Opens a watch over what there is to read.
     *
     * @return empty if the system has none for this channel
     */
    default Optional<ReadWatch> openWatch() {
        return Optional.empty();
    }

    /**
     * Writes all of {@code source}. A peer that has gone is a {@code HostCallException} (EPIPE or
     * ECONNRESET), never a signal.
     */
    void write(MemorySegment source) throws HostCallException;

    /** Writes all bytes of both segments, in one call where the OS allows it. */
    void write(MemorySegment first, MemorySegment second) throws HostCallException;

    /**
     * Sets how long one write to a socket may wait for a peer that does not read; pipes have no
     * limit.
     *
     * @param limit zero for no limit
     */
    void limitWrites(Duration limit) throws HostCallException;

    /** Returns whether this is a socket, not pipes. */
    boolean isSocket();

    /**
     * Ends both directions; a thread that reads sees the end of the stream, one that writes an
     * error.
     */
    void shutdown();

    /**
     * Returns the user id of the process at the other end, where the OS can tell: a Unix-domain
     * peer, or a TCP peer on this machine.
     */
    OptionalInt peerUid();

    /** Returns a text for log lines: the peer's address, or the descriptors. */
    String describe();

    /** Returns the descriptor that is read. */
    int descriptor();

    /** Closes the descriptors. No thread may be reading or writing. */
    @Override
    void close();
}
