package dev.orcinus.fuzz;

import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.sps.ByteStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A line that delivers the input's bytes in pieces of limited size, and then breaks. */
final class FuzzedLine implements ByteStream {
    private final byte[] data;
    private final int window;
    private int position;

    /** Creates a line with the bytes of {@code data} from {@code start} on. */
    FuzzedLine(byte[] data, int start, int window) {
        this.data = data;
        this.position = start;
        this.window = window;
    }

    /** Returns a window size from a byte of the input, 1 to 256. */
    static int windowOf(byte input) {
        return (input & 0xff) + 1;
    }

    @Override
    public MemorySegment next(long limitBytes) throws LineException {
        int size = (int) Math.min(Math.min(window, limitBytes), data.length - position);
        if (size < 1) {
            throw new LineException("the line broke at " + position, null);
        }
        position += size;
        return MemorySegment.ofArray(Arrays.copyOfRange(data, position - size, position));
    }

    @Override
    public void readFully(MemorySegment target) throws LineException {
        if (target.byteSize() > data.length - position) {
            throw new LineException("the line broke at " + data.length, null);
        }
        target.copyFrom(MemorySegment.ofArray(data).asSlice(position, target.byteSize()));
        position += (int) target.byteSize();
    }
}
