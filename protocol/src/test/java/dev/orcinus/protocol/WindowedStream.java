package dev.orcinus.protocol;

import dev.orcinus.protocol.sps.ByteStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/**
 * A connection that returns its bytes in windows of 1 to {@code largest} bytes and then breaks.
 * Each call overwrites the window of the call before, as a real buffer does.
 */
public final class WindowedStream implements ByteStream {
    private static final byte SPOILT = (byte) 0xaa;

    private final byte[] data;
    private final int largest;
    private final Random random;
    private byte[] window = new byte[0];
    private int position;
    private long largestRequestBytes;

    /** A connection on which {@code data} arrives. */
    public WindowedStream(byte[] data, int largest, Random random) {
        this.data = data;
        this.largest = largest;
        this.random = random;
    }

    @Override
    public MemorySegment next(long limitBytes) throws LineException {
        Arrays.fill(window, SPOILT);
        if (limitBytes < 1) {
            throw new AssertionError("asked for at most " + limitBytes + " bytes");
        }
        long size = Math.min(Math.min(1 + random.nextInt(largest), limitBytes), left());
        if (size == 0) {
            throw new LineException("the line broke at " + position, null);
        }
        window = Arrays.copyOfRange(data, position, position + (int) size);
        position += (int) size;
        return MemorySegment.ofArray(window);
    }

    @Override
    public void readFully(MemorySegment target) throws LineException {
        Arrays.fill(window, SPOILT);
        largestRequestBytes = Math.max(largestRequestBytes, target.byteSize());
        if (target.byteSize() > left()) {
            throw new LineException("the line broke at " + data.length, null);
        }
        target.copyFrom(MemorySegment.ofArray(data).asSlice(position, target.byteSize()));
        position += (int) target.byteSize();
    }

    private int left() {
        return data.length - position;
    }

    /** Returns the most bytes that one {@link #readFully} was asked for. */
    public long largestRequestBytes() {
        return largestRequestBytes;
    }
}
