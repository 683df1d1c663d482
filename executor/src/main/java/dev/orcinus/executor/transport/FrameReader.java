package dev.orcinus.executor.transport;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.sps.ByteStream;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/**
 * Reads frames. A frame that fits into the buffer is decoded there; the content of a larger one is
 * read from the descriptor directly into the decoder's memory. Used by one thread at a time.
 */
public final class FrameReader implements ByteStream, AutoCloseable {
    private final HostChannel channel;
    private final FrameWriter writer;
    private final IdleListener idle;
    private final LongSupplier nanoTime;
    private final Spin spin = new Spin();

    /** Null while a line waits on which nothing has come: thousands of them may be open. */
    private MemorySegment buffer;

    private boolean hasRead;
    private boolean isClosed;
    private long head;
    private long tail;
    private long payloadLeft;

    /**
     * Creates a reader over {@code channel}, which it does not close.
     *
     * @param writer the writer, whose held frames are sent before this reader waits, as the peer
     *     may be waiting for them
     */
    public FrameReader(HostChannel channel, FrameWriter writer, IdleListener idle) {
        this(channel, writer, idle, System::nanoTime);
    }

    /** A reader by another clock, for tests. */
    FrameReader(HostChannel channel, FrameWriter writer, IdleListener idle, LongSupplier nanoTime) {
        this.channel = channel;
        this.writer = writer;
        this.idle = idle;
        this.nanoTime = nanoTime;
    }

    /**
     * Waits for the next frame and returns its header. The unread rest of the frame before is
     * skipped.
     *
     * @return null if the peer has closed the line between two frames
     */
    public FrameHeader next() throws ProtocolException {
        skipPayload();
        while (tail - head < FrameHeader.SIZE_BYTES) {
            makeRoom();
            long read = waitAndRead();
            if (read == HostChannel.END) {
                return atEnd();
            }
            tail += read;
        }
        FrameHeader header = FrameHeader.read(open(), head);
        head += FrameHeader.SIZE_BYTES;
        payloadLeft = header.payloadBytes();
        return header;
    }

    /**
     * Returns null at the end of the stream, after a check that neither writing nor a header was
     * cut short.
     */
    private FrameHeader atEnd() throws LineException {
        writer.requireWhole();
        if (tail != head) {
            throw new LineException(
                    "Unexpected end-of-file: " + (tail - head) + " bytes of a header of 32", null);
        }
        return null;
    }

    /** Returns whether a part of a further frame has been read. */
    public boolean hasMore() {
        return tail - head > payloadLeft;
    }

    /**
     * Returns a reader of the payload of the frame whose header {@link #next} has returned. It is
     * valid until the next call of {@link #next}.
     */
    public SpsReader payload() throws LineException {
        if (payloadLeft > tail - head) {
            writer.flush();
            return new SpsReader(this, payloadLeft);
        }
        MemorySegment whole = open().asSlice(head, payloadLeft);
        head += payloadLeft;
        payloadLeft = 0;
        return new SpsReader(whole);
    }

    @Override
    public MemorySegment next(long limitBytes) throws ProtocolException {
        if (head == tail) {
            head = 0;
            tail = require(open());
        }
        long size = Math.min(Math.min(tail - head, payloadLeft), limitBytes);
        MemorySegment window = open().asSlice(head, size);
        head += size;
        payloadLeft -= size;
        return window;
    }

    @Override
    public void readFully(MemorySegment target) throws ProtocolException {
        long size = target.byteSize();
        long done = Math.min(size, tail - head);
        MemorySegment.copy(open(), head, target, 0, done);
        head += done;
        if (target.isNative()) {
            while (done < size) {
                done += require(target.asSlice(done));
            }
        } else {
            fillHeap(target, done);
        }
        payloadLeft -= size;
    }

    /** Fills the rest of memory of the JVM through the buffer, in which nothing else is left. */
    private void fillHeap(MemorySegment target, long done) throws ProtocolException {
        long at = done;
        while (at < target.byteSize()) {
            long wanted = Math.min(open().byteSize(), target.byteSize() - at);
            long read = require(open().asSlice(0, wanted));
            MemorySegment.copy(open(), 0, target, at, read);
            at += read;
        }
    }

    private void skipPayload() throws ProtocolException {
        while (payloadLeft > 0) {
            next(payloadLeft);
        }
    }

    private void makeRoom() {
        if (head == tail) {
            head = 0;
            tail = 0;
        } else if (open().byteSize() - head < FrameHeader.SIZE_BYTES) {
            MemorySegment.copy(open(), head, open(), 0, tail - head);
            tail -= head;
            head = 0;
        }
    }

    /**
     * Reads between two frames: polls for a while, then sleeps as long as the idle listener allows.
     */
    private long waitAndRead() throws ProtocolException {
        writer.flush();
        try {
            long read = look(open().asSlice(tail));
            if (read == 0 && !hasRead) {
                giveBack();
            }
            while (read == 0) {
                if (channel.awaitReadable(idle.patienceMillis())) {
                    read = channel.readNow(open().asSlice(tail));
                } else {
                    idle.onIdle();
                }
            }
            hasRead = true;
            return read;
        } catch (HostCallException e) {
            throw new LineException(e.getMessage(), e);
        }
    }

    private long look(MemorySegment target) throws HostCallException {
        long deadline = nanoTime.getAsLong() + spin.nanos();
        long read = channel.readNow(target);
        while (read == 0 && nanoTime.getAsLong() < deadline) {
            Thread.onSpinWait();
            read = channel.readNow(target);
        }
        if (read == 0) {
            spin.miss();
        } else {
            spin.hit();
        }
        return read;
    }

    /** Reads inside of a frame, where the end of the line is an error. */
    private long require(MemorySegment target) throws LineException {
        try {
            long read = readPatiently(target, idle.patienceInFrameMillis());
            if (read == HostChannel.END) {
                throw new LineException(
                        "Unexpected end-of-file: "
                                + payloadLeft
                                + " bytes of a payload are missing",
                        null);
            }
            return read;
        } catch (HostCallException e) {
            throw new LineException(e.getMessage(), e);
        }
    }

    private long readPatiently(MemorySegment target, int patienceMillis)
            throws HostCallException, LineException {
        if (patienceMillis < 0) {
            return channel.read(target);
        }
        long read = channel.readNow(target);
        while (read == 0) {
            if (!channel.awaitReadable(patienceMillis)) {
                throw new LineException(
                        "the controller has said nothing for "
                                + patienceMillis
                                + " ms inside of a frame",
                        null);
            }
            read = channel.readNow(target);
        }
        return read;
    }

    /**
     * Lets later lines use the buffer. Only for when no thread reads, nor uses a payload: what that
     * thread reads would get into another line's frames. A reader that is not closed has a buffer
     * of its own, which the garbage collector frees. From now on, it throws {@link
     * IllegalStateException} when something is read.
     */
    @Override
    public void close() {
        isClosed = true;
        giveBack();
    }

    private void giveBack() {
        MemorySegment mine = buffer;
        if (mine != null) {
            buffer = null;
            LineBuffers.giveBack(mine);
        }
    }

    private MemorySegment open() {
        if (isClosed) {
            throw new IllegalStateException("the reader of the line is closed");
        }
        if (buffer == null) {
            buffer = LineBuffers.take();
        }
        return buffer;
    }
}
