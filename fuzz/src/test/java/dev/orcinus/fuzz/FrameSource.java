package dev.orcinus.fuzz;

import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A line on which a number of frames arrive, as fast as they are read, and then the end. What is
 * written goes to a consumer.
 */
final class FrameSource implements HostChannel {
    private final Supplier<byte[]> frames;
    private final Consumer<MemorySegment> written;
    private int left;
    private byte[] current = {};
    private int position;
    private volatile boolean isShutDown;

    FrameSource(int count, Supplier<byte[]> frames, Consumer<MemorySegment> written) {
        this.left = count;
        this.frames = frames;
        this.written = written;
    }

    /** Returns how many frames have not been read. */
    int left() {
        return left;
    }

    @Override
    public long readNow(MemorySegment target) {
        if (position == current.length) {
            if (left == 0 || isShutDown) {
                return END;
            }
            left--;
            current = frames.get();
            position = 0;
        }
        int size = (int) Math.min(current.length - position, target.byteSize());
        MemorySegment.copy(current, position, target, ValueLayout.JAVA_BYTE, 0, size);
        position += size;
        return size;
    }

    @Override
    public long read(MemorySegment target) {
        return readNow(target);
    }

    @Override
    public boolean awaitReadable(int timeoutMillis) {
        return true;
    }

    @Override
    public synchronized void write(MemorySegment source) {
        written.accept(source);
    }

    @Override
    public synchronized void write(MemorySegment first, MemorySegment second) {
        MemorySegment both =
                MemorySegment.ofArray(new byte[(int) (first.byteSize() + second.byteSize())]);
        both.copyFrom(first);
        both.asSlice(first.byteSize()).copyFrom(second);
        written.accept(both);
    }

    @Override
    public void limitWrites(Duration limit) {}

    @Override
    public boolean isSocket() {
        return true;
    }

    @Override
    public void shutdown() {
        isShutDown = true;
    }

    @Override
    public OptionalInt peerUid() {
        return OptionalInt.empty();
    }

    @Override
    public String describe() {
        return "fuzzed";
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public void close() {}
}
