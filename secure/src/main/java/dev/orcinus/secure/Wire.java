package dev.orcinus.secure;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A two-way byte stream, as the two sides use it until they know each other. */
public interface Wire {
    /**
     * Waits until there is something to read, and reads it.
     *
     * @param target a buffer on the heap that has room
     * @param deadline when to give up, as {@link System#nanoTime} counts
     * @return bytes read, at least 1, or -1 at the end of the stream
     * @throws java.net.SocketTimeoutException at the deadline
     */
    int read(ByteBuffer target, long deadline) throws IOException;

    /** Writes all of a buffer on the heap. */
    void write(ByteBuffer source) throws IOException;
}
