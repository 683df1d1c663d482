package dev.orcinus.tests.jit;

import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy between one controller and an executor on loopback, which counts the calls. Its end cuts
 * the line.
 */
final class CallCounter implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket executor;
    private final AtomicInteger calls = new AtomicInteger();

    CallCounter(InetSocketAddress executor) throws IOException {
        this.executor = new Socket(executor.getAddress(), executor.getPort());
        Thread.ofPlatform().daemon().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns the calls of the controller so far. */
    int calls() {
        return calls.get();
    }

    private void serve() {
        try (Socket controller = server.accept()) {
            Thread.ofPlatform().daemon().start(() -> answer(controller));
            forward(new DataInputStream(controller.getInputStream()), executor.getOutputStream());
        } catch (IOException e) {
            if (!executor.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(Socket controller) {
        try (controller) {
            executor.getInputStream().transferTo(controller.getOutputStream());
        } catch (IOException e) {
            // the controller has left
        }
    }

    private void forward(InputStream in, OutputStream out) throws IOException {
        byte[] header = in.readNBytes(FrameHeader.SIZE_BYTES);
        while (header.length == FrameHeader.SIZE_BYTES) {
            FrameHeader frame = read(header);
            if (frame.opcode() == Opcode.CALL_WRAPPER) {
                calls.incrementAndGet();
            }
            out.write(header);
            out.write(in.readNBytes(Math.toIntExact(frame.payloadBytes())));
            out.flush();
            header = in.readNBytes(FrameHeader.SIZE_BYTES);
        }
        executor.shutdownOutput();
    }

    private static FrameHeader read(byte[] header) throws IOException {
        try {
            return FrameHeader.read(MemorySegment.ofArray(header), 0);
        } catch (MalformedFrameException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        executor.close();
    }
}
