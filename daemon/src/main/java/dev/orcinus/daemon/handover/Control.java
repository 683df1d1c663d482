package dev.orcinus.daemon.handover;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The line between the daemon and a worker: text lines to the daemon; single bytes to the worker,
 * of which the first comes with the connection to serve. One thread reads; any thread may write.
 */
public final class Control implements AutoCloseable {
    /** The worker waits for a connection. */
    public static final String READY = "ready";

    /** Starts the line of counters that answers {@link #ASK_COUNTERS}. */
    public static final String COUNTERS = "counters ";

    /** Starts the worker's last line; the failure of the session follows, if there was one. */
    public static final String END = "end ";

    /** The byte that comes with a connection. */
    public static final byte CONNECTION = 'c';

    /** The byte that asks for counters. */
    public static final byte ASK_COUNTERS = 's';

    private static final int BUFFER_BYTES = 4096;

    private final HostChannel channel;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);

    /**
     * The bytes of an incomplete line, one char for each, because a character may arrive in two
     * parts.
     */
    private final StringBuilder partial = new StringBuilder();

    /** Creates one end of the line. */
    public Control(HostChannel channel) {
        this.channel = channel;
    }

    /** Returns the descriptor of this end. */
    public int descriptor() {
        return channel.descriptor();
    }

    /** Sends a line; line breaks inside become spaces. */
    public synchronized void sendLine(String line) throws HostCallException {
        write((line.replace('\n', ' ') + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a byte. */
    public synchronized void sendByte(byte value) throws HostCallException {
        write(new byte[] {value});
    }

    private void write(byte[] bytes) throws HostCallException {
        try (Arena message = Arena.ofConfined()) {
            channel.write(message.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
        }
    }

    /** Returns the next byte; -1 if the other end is closed. */
    public int readByte() throws HostCallException {
        MemorySegment one = buffer.asSlice(0, 1);
        return channel.read(one) == HostChannel.END
                ? -1
                : Byte.toUnsignedInt(one.get(ValueLayout.JAVA_BYTE, 0));
    }

    /** Returns the next line; null if the other end is closed. */
    public String readLine() throws HostCallException {
        int end = partial.indexOf("\n");
        while (end < 0) {
            long read = channel.read(buffer);
            if (read == HostChannel.END) {
                return null;
            }
            byte[] bytes = buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
            partial.append(new String(bytes, StandardCharsets.ISO_8859_1));
            end = partial.indexOf("\n");
        }
        byte[] line = partial.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
        partial.delete(0, end + 1);
        return new String(line, StandardCharsets.UTF_8);
    }

    /** Ends the line; a thread that reads it returns. */
    public void shutdown() {
        channel.shutdown();
    }

    @Override
    public void close() {
        channel.close();
        arena.close();
    }
}
