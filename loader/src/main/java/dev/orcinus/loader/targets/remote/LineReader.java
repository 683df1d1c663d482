package dev.orcinus.loader.targets.remote;

import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;

/** A reader of frames from a line. Only one thread may use it. */
final class LineReader {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long MOST_PAYLOAD_BYTES = Integer.MAX_VALUE - 8;

    private final InputStream in;

    /**
     * A frame.
     *
     * @param header its header
     * @param payload the bytes after the header
     */
    @SuppressWarnings("ArrayRecordComponent") // wire bytes; never compared
    record Frame(FrameHeader header, byte[] payload) {}

    LineReader(ReadableByteChannel line) {
        this.in = new BufferedInputStream(Channels.newInputStream(line), BUFFER_BYTES);
    }

    /**
     * Returns the next frame, or null if the line ends between two frames. Memory for a payload is
     * allocated as it arrives, so that a header alone cannot make this process allocate much.
     */
    Frame next() throws IOException, ProtocolException {
        byte[] bytes = in.readNBytes(FrameHeader.SIZE_BYTES);
        if (bytes.length == 0) {
            return null;
        }
        requireAll(bytes.length, FrameHeader.SIZE_BYTES, "a header");
        FrameHeader header = FrameHeader.read(MemorySegment.ofArray(bytes), 0);
        if (header.payloadBytes() > MOST_PAYLOAD_BYTES) {
            throw new MalformedFrameException(
                    "Message size too large: a payload of " + header.payloadBytes() + " bytes");
        }
        byte[] payload = in.readNBytes((int) header.payloadBytes());
        requireAll(payload.length, header.payloadBytes(), "a payload");
        return new Frame(header, payload);
    }

    private static void requireAll(long gotBytes, long wantedBytes, String what)
            throws LineException {
        if (gotBytes < wantedBytes) {
            throw new LineException(
                    "the line ended in " + what + ", " + gotBytes + " of " + wantedBytes + " bytes",
                    null);
        }
    }
}
