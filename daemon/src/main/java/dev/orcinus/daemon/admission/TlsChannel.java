package dev.orcinus.daemon.admission;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.secure.TlsEngine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalInt;
import javax.net.ssl.SSLException;

/**
 * A channel whose bytes travel in records of TLS on another channel. A session uses it as any other
 * one, so lines without TLS pay nothing for it. It has no threads: who reads decrypts, and who
 * writes encrypts.
 */
final class TlsChannel implements HostChannel {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int PROTOCOL_ERROR = 0;

    /** A {@link ByteBuffer} ends before 2 GiB. */
    private static final long MOST_AT_ONCE = 1 << 30;

    /** The end of the line is told, but nobody waits for a client that does not read. */
    private static final Duration FAREWELL = Duration.ofMillis(100);

    private final HostChannel line;
    private final TlsEngine engine;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment incoming = arena.allocate(BUFFER_BYTES);
    private final MemorySegment outgoing = arena.allocate(BUFFER_BYTES);
    private boolean closed;

    /** Takes over a channel on which TLS is established. */
    TlsChannel(HostChannel line, TlsEngine engine) {
        this.line = line;
        this.engine = engine;
    }

    @Override
    public long readNow(MemorySegment target) throws HostCallException {
        if (target.byteSize() == 0) {
            return 0;
        }
        ByteBuffer into =
                target.asSlice(0, Math.min(target.byteSize(), MOST_AT_ONCE)).asByteBuffer();
        try {
            return engine.read(into, this::receive);
        } catch (SSLException e) {
            throw broken("read", e);
        }
    }

    private int receive(ByteBuffer records) throws HostCallException {
        long room = Math.min(records.remaining(), incoming.byteSize());
        long count = line.readNow(incoming.asSlice(0, room));
        if (count > 0) {
            records.put(incoming.asSlice(0, count).asByteBuffer());
        }
        return (int) count;
    }

    @Override
    public long read(MemorySegment target) throws HostCallException {
        long count = readNow(target);
        while (count == 0 && target.byteSize() != 0) {
            line.awaitReadable(-1);
            count = readNow(target);
        }
        return count;
    }

    /** {@inheritDoc} It may return true although only a part of a record has come. */
    @Override
    public boolean awaitReadable(int timeoutMillis) throws HostCallException {
        return engine.hasRecord() || line.awaitReadable(timeoutMillis);
    }

    @Override
    public void write(MemorySegment source) throws HostCallException {
        try {
            for (long done = 0; done < source.byteSize(); done += MOST_AT_ONCE) {
                long size = Math.min(source.byteSize() - done, MOST_AT_ONCE);
                engine.write(source.asSlice(done, size).asByteBuffer(), this::send);
            }
        } catch (SSLException e) {
            throw broken("write", e);
        }
    }

    @Override
    public void write(MemorySegment first, MemorySegment second) throws HostCallException {
        write(first);
        write(second);
    }

    private void send(ByteBuffer records) throws HostCallException {
        while (records.hasRemaining()) {
            int size = (int) Math.min(records.remaining(), outgoing.byteSize());
            outgoing.asByteBuffer().put(records.slice(records.position(), size));
            records.position(records.position() + size);
            line.write(outgoing.asSlice(0, size));
        }
    }

    private HostCallException broken(String call, SSLException e) {
        return new HostCallException(call, PROTOCOL_ERROR, "TLS: " + e.getMessage());
    }

    @Override
    public void limitWrites(Duration limit) throws HostCallException {
        line.limitWrites(limit);
    }

    @Override
    public boolean isSocket() {
        return true;
    }

    @Override
    public void shutdown() {
        line.shutdown();
    }

    @Override
    public OptionalInt peerUid() {
        return line.peerUid();
    }

    @Override
    public String describe() {
        return line.describe() + " by token, TLS 1.3";
    }

    @Override
    public int descriptor() {
        return line.descriptor();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            line.limitWrites(FAREWELL);
            engine.endOutput(this::send);
        } catch (HostCallException | SSLException e) {
            // the client has gone
        }
        line.close();
        arena.close();
    }
}
