package dev.orcinus.secure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A connection of TCP on which a client speaks TLS. */
final class SocketWire implements Wire, AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private SocketWire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
    }

    static SocketWire connect(InetSocketAddress address, Duration limit) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, (int) limit.toMillis());
            return new SocketWire(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer target, long deadline) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        try {
            return read(target);
        } finally {
            socket.setSoTimeout(0);
        }
    }

    /** Reads without a limit of time. */
    int read(ByteBuffer target) throws IOException {
        int count =
                in.read(
                        target.array(),
                        target.arrayOffset() + target.position(),
                        target.remaining());
        if (count > 0) {
            target.position(target.position() + count);
        }
        return count;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        out.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is not used any more
        }
    }
}
