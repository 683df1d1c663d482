package dev.orcinus.executor.transport;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.epc.FrameHeader;
import java.lang.foreign.MemorySegment;

/**
 * Writes frames, each as one piece. Frames may be held and sent together with a later one. It has a
 * buffer while it holds some. Thread-safe; guarded by this object's lock.
 */
public final class FrameWriter implements AutoCloseable {
    private final HostChannel channel;
    private MemorySegment buffer;
    private long size;
    private LineException broken;
    private boolean closed;

    /** Creates a writer over {@code channel}, which it does not close. */
    public FrameWriter(HostChannel channel) {
        this.channel = channel;
    }

    /** Sends all held frames, then this frame. */
    public synchronized void send(FrameHeader header, byte[] payload) throws LineException {
        hold(header, payload);
        flush();
    }

    /** Holds a frame until {@link #flush}. */
    public synchronized void hold(FrameHeader header, byte[] payload) throws LineException {
        if (closed) {
            throw new LineException("the session is closed", null);
        }
        requireWhole();
        long needed = FrameHeader.SIZE_BYTES + (long) payload.length;
        if (needed > LineBuffers.SIZE_BYTES - size) {
            flush();
        }
        if (buffer == null) {
            buffer = LineBuffers.take();
        }
        header.write(buffer, size);
        if (needed > buffer.byteSize()) {
            writeLarge(payload);
        } else {
            MemorySegment.copy(
                    MemorySegment.ofArray(payload),
                    0,
                    buffer,
                    size + FrameHeader.SIZE_BYTES,
                    payload.length);
            size += needed;
        }
    }

    /** Writes a payload piece by piece, behind its header at the buffer's start. */
    private void writeLarge(byte[] payload) throws LineException {
        MemorySegment source = MemorySegment.ofArray(payload);
        long at = FrameHeader.SIZE_BYTES;
        long done = 0;
        try {
            while (done < payload.length) {
                long piece = Math.min(buffer.byteSize() - at, payload.length - done);
                MemorySegment.copy(source, done, buffer, at, piece);
                channel.write(buffer.asSlice(0, at + piece));
                done += piece;
                at = 0;
            }
        } catch (HostCallException | OutOfMemoryError e) {
            throw broken(e);
        } finally {
            giveBack();
        }
    }

    /** Sends the held frames. */
    public synchronized void flush() throws LineException {
        requireWhole();
        if (size == 0) {
            return;
        }
        long sending = size;
        size = 0;
        try {
            channel.write(buffer.asSlice(0, sending));
        } catch (HostCallException | OutOfMemoryError e) {
            throw broken(e);
        } finally {
            giveBack();
        }
    }

    /** Lets other lines use the buffer, in which nothing is held any more. */
    private void giveBack() {
        LineBuffers.giveBack(buffer);
        buffer = null;
    }

    /**
     * Ends the channel: part of a frame may have been sent, so the peer could not read what
     * follows.
     */
    private LineException broken(Throwable e) {
        broken = new LineException(e.getMessage(), e);
        channel.shutdown();
        return broken;
    }

    /** Throws the failure that has ended the line for this writer, if there was one. */
    synchronized void requireWhole() throws LineException {
        if (broken != null) {
            throw broken;
        }
    }

    /** Drops what is held; sending is an error from now on. */
    @Override
    public synchronized void close() {
        closed = true;
        size = 0;
        if (buffer != null) {
            giveBack();
        }
    }
}
