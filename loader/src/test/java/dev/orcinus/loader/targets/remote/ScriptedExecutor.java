package dev.orcinus.loader.targets.remote;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.SpsCodec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An executor that a test controls: it sends a Setup message, and then sends and receives frames.
 * The target's time limits are short.
 */
final class ScriptedExecutor implements AutoCloseable {
    static final ExecutorAddress RUN_MAIN = new ExecutorAddress(0x10);
    static final ExecutorAddress RUN_VOID = new ExecutorAddress(0x20);
    static final long PAGE_BYTES = 0x1000;
    private static final SessionLimits LIMITS =
            new SessionLimits(
                    Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(300));

    private final ServerSocketChannel server;
    private SocketChannel channel;
    private LineReader reader;

    ScriptedExecutor() throws IOException {
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Returns the symbols of an executor with these forms. Each has an address of its own. */
    static Map<String, ExecutorAddress> symbols(MemoryForm memory, DylibForm dylibs) {
        Map<String, ExecutorAddress> symbols = new LinkedHashMap<>();
        symbols.put("__llvm_orc_bootstrap_run_as_main_wrapper", RUN_MAIN);
        symbols.put("__llvm_orc_bootstrap_run_as_void_function_wrapper", RUN_VOID);
        offer(symbols, memory.names());
        offer(symbols, dylibs.names());
        return symbols;
    }

    static void offer(Map<String, ExecutorAddress> symbols, List<String> names) {
        for (String name : names) {
            symbols.putIfAbsent(name, new ExecutorAddress(0x1000L + symbols.size()));
        }
    }

    static byte[] setup(Map<String, ExecutorAddress> symbols) {
        return setup(PAGE_BYTES, symbols);
    }

    static byte[] setup(long pageSizeBytes, Map<String, ExecutorAddress> symbols) {
        Triple triple = new Triple("x86_64-pc-linux-gnu");
        return Setup.CODEC.encode(new Setup(triple, pageSizeBytes, Map.of(), symbols));
    }

    /** Returns a target whose Setup message has these symbols. */
    RemoteTarget target(Map<String, ExecutorAddress> symbols) throws IOException {
        return greet(frame(Opcode.SETUP, 0, ExecutorAddress.NULL, setup(symbols)));
    }

    /** Returns a target that gets {@code bytes} first. */
    RemoteTarget greet(byte[] bytes) throws IOException {
        connect(bytes);
        return RemoteTarget.over(newSession());
    }

    /** Returns the same, but the executor's end closes at once. */
    RemoteTarget greetAndLeave(byte[] bytes) throws IOException {
        connect(bytes);
        channel.close();
        return RemoteTarget.over(newSession());
    }

    private RemoteSession newSession() {
        session = new RemoteSession(line, LIMITS);
        return session;
    }

    /** Returns the session of the last target. */
    RemoteSession session() {
        return session;
    }

    private Line line;
    private RemoteSession session;

    private void connect(byte[] greeting) throws IOException {
        line = SocketLine.connect((InetSocketAddress) server.getLocalAddress());
        channel = server.accept();
        reader = new LineReader(channel);
        sendRaw(greeting);
    }

    static byte[] frame(Opcode opcode, long sequence, ExecutorAddress tag, byte[] payload) {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        new FrameHeader(payload.length, opcode, sequence, tag)
                .write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        return frame;
    }

    void sendRaw(byte[] bytes) throws IOException {
        channel.write(ByteBuffer.wrap(bytes));
    }

    void send(Opcode opcode, long sequence, ExecutorAddress tag, byte[] payload)
            throws IOException {
        sendRaw(frame(opcode, sequence, tag, payload));
    }

    /** Sends the result of the next call, and returns the call. */
    LineReader.Frame answer(byte[] result) throws IOException, ProtocolException {
        LineReader.Frame call = next();
        send(Opcode.RESULT, call.header().sequence(), ExecutorAddress.NULL, result);
        return call;
    }

    <T> LineReader.Frame answerValue(SpsCodec<T> codec, T value)
            throws IOException, ProtocolException {
        return answer(SpsCodec.expected(codec).encode(new Expected.Value<>(value)));
    }

    /** Returns the next frame from the target, or null at the end of the line. */
    LineReader.Frame next() throws IOException, ProtocolException {
        return reader.next();
    }

    void leave() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (channel != null) {
            channel.close();
        }
    }
}
