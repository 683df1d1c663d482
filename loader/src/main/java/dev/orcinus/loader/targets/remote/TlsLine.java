package dev.orcinus.loader.targets.remote;

import dev.orcinus.secure.ClientAccess;
import dev.orcinus.secure.SecureLine;
import dev.orcinus.secure.TlsEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;
import java.util.OptionalInt;

/** A line to a daemon that wants a token: TLS over TCP. */
final class TlsLine implements Line {
    private final SecureLine line;
    private final Input input;
    private final Output output;

    private TlsLine(SecureLine line) {
        this.line = line;
        this.input = new Input(line);
        this.output = new Output(line);
    }

    static TlsLine connect(String host, int port, ClientAccess access) throws IOException {
        return new TlsLine(SecureLine.connect(host, port, access));
    }

    @Override
    public ReadableByteChannel input() {
        return input;
    }

    @Override
    public GatheringByteChannel output() {
        return output;
    }

    @Override
    public void established() {}

    @Override
    public void endOutput() throws IOException {
        line.endOutput();
    }

    @Override
    public void disconnect() {
        line.close();
    }

    @Override
    public void awaitPeer() {}

    @Override
    public OptionalInt exitStatus() {
        return OptionalInt.empty();
    }

    @Override
    public String peer() {
        return "executor at " + line.peer();
    }

    /** The content that comes. */
    private record Input(SecureLine line) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            int count = line.read(target);
            return count == TlsEngine.END ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            line.close();
        }
    }

    /** The content that goes. Small pieces that follow each other share a record. */
    private record Output(SecureLine line, ByteBuffer small) implements GatheringByteChannel {
        private static final int SMALL_BYTES = 16 << 10;

        Output(SecureLine line) {
            this(line, ByteBuffer.allocate(SMALL_BYTES));
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, sources.length);
            long count = 0;
            for (int i = offset; i < offset + length; i++) {
                count += sources[i].remaining();
                put(sources[i]);
            }
            flush();
            return count;
        }

        private void put(ByteBuffer source) throws IOException {
            if (source.remaining() > small.remaining()) {
                flush();
            }
            if (source.remaining() > small.remaining()) {
                line.write(source);
            } else {
                small.put(source);
            }
        }

        private void flush() throws IOException {
            line.write(small.flip());
            small.clear();
        }

        @Override
        public long write(ByteBuffer[] sources) throws IOException {
            return write(sources, 0, sources.length);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return (int) write(new ByteBuffer[] {source}, 0, 1);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            line.close();
        }
    }
}
