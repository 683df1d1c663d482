package dev.orcinus.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A controller that stays, and makes an empty call now and then. */
final class LongSession implements AutoCloseable {
    private static final int HEADER_BYTES = 32;
    private static final int LIMIT_MILLIS = 60_000;
    private static final long CALL = 3;
    private static final String WRITE = "__llvm_orc_bootstrap_mem_write_uint8s_wrapper";

    private final Socket socket = new Socket();
    private final InputStream input;
    private final OutputStream output;
    private final long write;
    private long sequence;

    LongSession(InetSocketAddress address) throws IOException {
        socket.connect(address);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
        input = socket.getInputStream();
        output = socket.getOutputStream();
        write = find(readFrame(input), WRITE);
    }

    /** Reads a frame. */
    static ByteBuffer readFrame(InputStream input) throws IOException {
        ByteBuffer header = read(input, HEADER_BYTES);
        return read(input, (int) header.getLong(0) - HEADER_BYTES);
    }

    private static ByteBuffer read(InputStream input, int sizeBytes) throws IOException {
        byte[] bytes = input.readNBytes(sizeBytes);
        if (bytes.length < sizeBytes) {
            throw new IOException("the executor has closed the line");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long find(ByteBuffer setup, String name) throws IOException {
        skipText(setup);
        setup.getLong(); // the page size
        for (long left = setup.getLong(); left > 0; left--) {
            skipText(setup);
            skipText(setup);
        }
        for (long left = setup.getLong(); left > 0; left--) {
            byte[] text = new byte[(int) setup.getLong()];
            setup.get(text);
            long address = setup.getLong();
            if (new String(text, StandardCharsets.UTF_8).equals(name)) {
                return address;
            }
        }
        throw new IOException("the executor offers no " + name);
    }

    private static void skipText(ByteBuffer setup) {
        int size = (int) setup.getLong();
        setup.position(setup.position() + size);
    }

    /** Makes a call, and waits for its result. */
    void call() throws IOException {
        int size = HEADER_BYTES + Long.BYTES;
        ByteBuffer frame = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(size).putLong(CALL).putLong(sequence++).putLong(write).putLong(0);
        output.write(frame.array());
        readFrame(input);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
