package dev.orcinus.daemon.admission;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.secure.Wire;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** A channel, as it is used until its peer is known. Used by one thread. */
final class ChannelWire implements Wire, AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;

    private final HostChannel channel;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);

    ChannelWire(HostChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target, long deadline) throws IOException {
        MemorySegment part = buffer.asSlice(0, Math.min(target.remaining(), BUFFER_BYTES));
        try {
            if (System.nanoTime() - deadline >= 0) {
                throw new SocketTimeoutException(); // also if the peer sends all the time
            }
            long count = channel.readNow(part);
            while (count == 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !channel.awaitReadable((int) left)) {
                    throw new SocketTimeoutException();
                }
                count = channel.readNow(part);
            }
            if (count > 0) {
                target.put(part.asSlice(0, count).asByteBuffer());
            }
            return (int) count;
        } catch (HostCallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        try {
            while (source.hasRemaining()) {
                int size = Math.min(source.remaining(), BUFFER_BYTES);
                buffer.asByteBuffer().put(source.slice(source.position(), size));
                source.position(source.position() + size);
                channel.write(buffer.asSlice(0, size));
            }
        } catch (HostCallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Frees the buffer; the channel stays open. */
    @Override
    public void close() {
        arena.close();
    }
}
