package dev.orcinus.tests.controller;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.opentest4j.AssertionFailedError;

/**
 * A controller on a socket. All waits have a limit, after which the test fails. As in LLVM, a call
 * of an unknown handler gets an empty result. Thread-safe.
 */
public final class Controller implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final long FIRST_TAG = 0x1000;

    private final Socket socket;
    private final DataInputStream in;
    private final Setup setup;
    private final AtomicLong nextSequence = new AtomicLong();
    private final AtomicLong nextTag = new AtomicLong(FIRST_TAG);
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final Map<ExecutorAddress, Handler> handlers = new ConcurrentHashMap<>();
    private volatile Handler unknown = _ -> new byte[0];
    private final CompletableFuture<LineEnd> end = new CompletableFuture<>();

    @SuppressWarnings("ArrayRecordComponent") // wire bytes; never compared
    private record Frame(FrameHeader header, byte[] payload) {}

    private Controller(Socket socket) throws IOException, ProtocolException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        Frame first = read();
        if (first.header.opcode() != Opcode.SETUP) {
            throw new AssertionFailedError("the first frame is " + first.header);
        }
        this.setup = Setup.CODEC.read(reader(first.payload));
        Thread.ofPlatform().daemon().start(this::listen);
    }

    /** Connects to an executor and reads its Setup message. */
    public static Controller connect(InetSocketAddress address)
            throws IOException, ProtocolException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        try {
            socket.setTcpNoDelay(true);
            return new Controller(socket);
        } catch (IOException | ProtocolException e) {
            socket.close();
            throw e;
        }
    }

    /** Returns a reader of a result or of arguments. */
    public static SpsReader reader(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    /** Returns the executor's Setup message. */
    public Setup setup() {
        return setup;
    }

    /** Returns the address of a bootstrap symbol. */
    public ExecutorAddress symbol(String name) {
        ExecutorAddress address = setup.bootstrapSymbols().get(name);
        if (address == null) {
            throw new AssertionFailedError("no bootstrap symbol " + name);
        }
        return address;
    }

    /** Offers a handler to guest code; returns its tag. */
    public ExecutorAddress offer(Handler handler) {
        ExecutorAddress tag = new ExecutorAddress(nextTag.getAndIncrement());
        handlers.put(tag, handler);
        return tag;
    }

    /** Makes {@code handler} serve calls of unknown handlers. */
    public void answerUnknown(Handler handler) {
        unknown = handler;
    }

    /**
     * Calls a wrapper function, waits for its result and returns it; an empty one may mean an
     * out-of-band error.
     */
    public byte[] call(ExecutorAddress tag, byte[] arguments) {
        return await(start(tag, arguments));
    }

    /** Calls a wrapper function and returns its future result. */
    public CompletableFuture<byte[]> start(ExecutorAddress tag, byte[] arguments) {
        return start(nextSequence.getAndIncrement(), tag, arguments);
    }

    /** Calls a wrapper function with a given sequence number and returns its future result. */
    public CompletableFuture<byte[]> start(long sequence, ExecutorAddress tag, byte[] arguments) {
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        waiting.put(sequence, result);
        if (end.isDone()) {
            result.completeExceptionally(new IOException("the line has ended"));
        }
        send(Opcode.CALL_WRAPPER, sequence, tag, arguments);
        return result;
    }

    /** Waits for a result and returns it. */
    public static <T> T await(CompletableFuture<T> result) {
        try {
            return result.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionFailedError("no result: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new AssertionFailedError("no result after " + LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionFailedError("interrupted", e);
        }
    }

    /** Sends a frame. */
    public void send(Opcode opcode, long sequence, ExecutorAddress tag, byte[] payload) {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        new FrameHeader(payload.length, opcode, sequence, tag)
                .write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        sendRaw(frame);
    }

    /** Sends bytes that may be no frame. */
    public synchronized void sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the output, like a controller that ends between two frames or inside of one. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Resets the connection, like a controller that was killed with unread data. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Waits until the executor ends the line, and returns how. */
    public LineEnd awaitEnd() {
        return await(end);
    }

    /** Ends the line. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Frame read() throws IOException, ProtocolException {
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        in.readFully(header);
        FrameHeader decoded = FrameHeader.read(MemorySegment.ofArray(header), 0);
        byte[] payload = new byte[Math.toIntExact(decoded.payloadBytes())];
        in.readFully(payload);
        return new Frame(decoded, payload);
    }

    private void listen() {
        Optional<String> hangup = Optional.empty();
        Throwable reason = new EOFException("the executor has ended the line");
        try {
            while (true) {
                Frame frame = read();
                if (frame.header.opcode() == Opcode.HANGUP) {
                    hangup = Optional.of(Sps.ERROR.read(reader(frame.payload)).orElse(""));
                } else {
                    receive(frame);
                }
            }
        } catch (IOException e) {
            reason =
                    hangup.isEmpty()
                            ? e
                            : new IOException("the executor has hung up: " + hangup.get(), e);
        } catch (ProtocolException | AssertionError e) {
            reason = e;
        }
        end(hangup, reason);
    }

    private void end(Optional<String> hangup, Throwable reason) {
        if (reason instanceof IOException) {
            end.complete(new LineEnd(hangup));
        } else {
            end.completeExceptionally(reason);
        }
        waiting.values().forEach(result -> result.completeExceptionally(reason));
    }

    private void receive(Frame frame) {
        switch (frame.header.opcode()) {
            case RESULT -> complete(frame);
            case CALL_WRAPPER -> Thread.ofPlatform().daemon().start(() -> answer(frame));
            case SETUP, HANGUP ->
                    throw new AssertionFailedError("unexpected frame " + frame.header);
        }
    }

    private void complete(Frame frame) {
        CompletableFuture<byte[]> result = waiting.remove(frame.header.sequence());
        if (result == null) {
            throw new AssertionFailedError("a result that nobody waits for: " + frame.header);
        }
        result.complete(frame.payload);
    }

    private void answer(Frame call) {
        Handler handler = handlers.getOrDefault(call.header.tag(), unknown);
        byte[] result;
        try {
            result = handler.handle(call.payload);
        } catch (Exception e) {
            result = new byte[0];
        }
        try {
            send(Opcode.RESULT, call.header.sequence(), ExecutorAddress.NULL, result);
        } catch (UncheckedIOException e) {
            // the line has ended meanwhile
        }
    }
}
