package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * A channel on which prepared pieces of data arrive, with pauses between them, then the end. It
 * notes writes and waits. One thread at a time may use it.
 */
public final class FakeChannel implements HostChannel {
    private final Deque<byte[]> incoming = new ArrayDeque<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private String readFailure;
    private String writeFailure;
    private OptionalInt peerUid = OptionalInt.empty();

    /** A channel on which only the end arrives. */
    public FakeChannel() {}

    /** Adds the next piece of data to arrive; an empty one is a pause. */
    public FakeChannel piece(byte... bytes) {
        incoming.add(bytes);
        return this;
    }

    /** Adds a pause: no data arrive until a reader has waited once. */
    public FakeChannel pause() {
        incoming.add(new byte[0]);
        return this;
    }

    /** Sets the user whose process is at the other end. */
    public FakeChannel peerUid(OptionalInt uid) {
        peerUid = uid;
        return this;
    }

    /** Makes reading fail once all data have been read. */
    public FakeChannel failReads(String reason) {
        readFailure = reason;
        return this;
    }

    /** Makes writing fail from now on. */
    public FakeChannel failWrites(String reason) {
        writeFailure = reason;
        return this;
    }

    /** Returns the bytes of a frame. */
    public static byte[] frame(Opcode opcode, long sequence, long tag, byte... payload) {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        new FrameHeader(payload.length, opcode, sequence, new ExecutorAddress(tag))
                .write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        return frame;
    }

    /** Returns the bytes that have been written so far. */
    public synchronized byte[] written() {
        return written.toByteArray();
    }

    /** Returns the header of the frame that was written at {@code offset}. */
    public FrameHeader writtenHeader(int offset) throws MalformedFrameException {
        return FrameHeader.read(MemorySegment.ofArray(written()), offset);
    }

    /** Waits until another thread has written a frame, and returns the header of the first one. */
    public synchronized FrameHeader awaitHeader()
            throws InterruptedException, MalformedFrameException {
        while (written.size() == 0) {
            wait();
        }
        return writtenHeader(0);
    }

    /**
     * Returns {@code write SIZE}, {@code wait MILLIS} and {@code shutdown}, in the order in which
     * they happened.
     */
    public List<String> events() {
        return events;
    }

    @Override
    public long readNow(MemorySegment target) throws HostCallException {
        byte[] piece = incoming.poll();
        if (piece == null) {
            if (readFailure != null) {
                throw new HostCallException("recv", 0, readFailure);
            }
            return END;
        }
        if (piece.length == 0) {
            incoming.push(piece);
            return 0;
        }
        int size = (int) Math.min(piece.length, target.byteSize());
        MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, 0, size);
        if (size < piece.length) {
            byte[] rest = new byte[piece.length - size];
            System.arraycopy(piece, size, rest, 0, rest.length);
            incoming.push(rest);
        }
        return size;
    }

    @Override
    public long read(MemorySegment target) throws HostCallException {
        while (isPausing()) {
            incoming.poll();
        }
        return readNow(target);
    }

    @Override
    public boolean awaitReadable(int timeoutMillis) {
        events.add("wait " + timeoutMillis);
        if (isPausing()) {
            incoming.poll();
        }
        return !isPausing();
    }

    private boolean isPausing() {
        byte[] next = incoming.peek();
        return next != null && next.length == 0;
    }

    @Override
    public synchronized void write(MemorySegment source) throws HostCallException {
        if (writeFailure != null) {
            throw new HostCallException("write", 0, writeFailure);
        }
        events.add("write " + source.byteSize());
        written.writeBytes(source.toArray(ValueLayout.JAVA_BYTE));
        notifyAll();
    }

    @Override
    public synchronized void write(MemorySegment first, MemorySegment second)
            throws HostCallException {
        write(first);
        write(second);
    }

    @Override
    public void limitWrites(Duration limit) {}

    @Override
    public boolean isSocket() {
        return true;
    }

    @Override
    public void shutdown() {
        events.add("shutdown");
        incoming.clear();
    }

    @Override
    public OptionalInt peerUid() {
        return peerUid;
    }

    @Override
    public String describe() {
        return "fake";
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public void close() {}
}
