package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Calls in both directions on one line. A reader thread completes the calls of this side and starts
 * those of the executor; it never waits for anything but the line. Whatever ends the session, it
 * ends once, for one reason, which every waiting and every later call gets. For many threads.
 * Mirrors LLVM's {@code SimpleRemoteEPC}.
 */
public final class RemoteSession {
    private static final byte[] OUT_OF_BAND_ERROR = {};

    private final Line line;
    private final SessionLimits limits;
    private final LineWriter writer;
    private final AtomicLong nextSequence = new AtomicLong();
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final Map<ExecutorAddress, DispatchHandler> handlers = new ConcurrentHashMap<>();
    private final CompletableFuture<Setup> setup = new CompletableFuture<>();
    private final CompletableFuture<Void> inputEnded = new CompletableFuture<>();
    private final AtomicReference<Exception> end = new AtomicReference<>();

    RemoteSession(Line line, SessionLimits limits) {
        this.line = line;
        this.limits = limits;
        this.writer = new LineWriter(line, this::cannotWrite);
        Thread.ofPlatform().daemon().name("orcinus-line-reader").start(this::listen);
    }

    /** A session with an executor that listens, as {@code orcinus serve} does. */
    public static RemoteSession connect(String host, int port) {
        try {
            return new RemoteSession(
                    SocketLine.connect(new InetSocketAddress(host, port)), SessionLimits.DEFAULT);
        } catch (IOException | RuntimeException e) { // also an address that is none
            throw new TargetException("connect to " + host + ":" + port + ": " + e, e);
        }
    }

    /**
     * A session with an executor that is started for it and takes {@code filedescs=IN,OUT}, as all
     * do; it gets that as its last argument. Its standard streams are those of this process. It
     * ends with the session; if it does not, it is killed.
     *
     * @param command program and arguments: {@code orcinus}, or {@code llvm-jitlink-executor}
     */
    public static RemoteSession launch(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("an empty command");
        }
        try {
            return new RemoteSession(ProcessLine.launch(command), SessionLimits.DEFAULT);
        } catch (IOException e) {
            throw new TargetException("start " + String.join(" ", command) + ": " + e, e);
        }
    }

    /** Who is at the other end, for messages. */
    String peer() {
        return line.peer();
    }

    /** Waits for the executor's first message. */
    public Setup awaitSetup() {
        try {
            return setup.get(limits.setup().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw noSetup(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw noSetup("it says nothing for " + limits.setup().toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noSetup("interrupted while waiting for it", e);
        }
    }

    private TargetException noSetup(String problem, Throwable cause) {
        String message = peer() + ": no session: " + problem;
        return cause instanceof LineEndedException end
                ? new TargetException(message, end, end.exitStatus())
                : new TargetException(message, cause);
    }

    /**
     * Has {@code handler} answer guest code that calls the jit-dispatch function with {@code tag}.
     * Other tags are answered with an out-of-band error.
     */
    public void handle(ExecutorAddress tag, DispatchHandler handler) {
        handlers.put(tag, handler);
    }

    /** Calls a function of the executor. */
    RemoteCall call(String what, ExecutorAddress function, byte[] arguments) {
        return call(what, function, List.of(ByteBuffer.wrap(arguments)), () -> {});
    }

    /**
     * Calls a function of the executor.
     *
     * @param what what it is asked for
     * @param arguments its SPS arguments, in pieces
     * @param sent run once the pieces are no longer needed, in any case
     */
    RemoteCall call(
            String what, ExecutorAddress function, List<ByteBuffer> arguments, Runnable sent) {
        long sequence = nextSequence.getAndIncrement();
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        waiting.put(sequence, result);
        Exception reason = end.get();
        if (reason == null) {
            writer.send(new Outgoing(Opcode.CALL_WRAPPER, sequence, function, arguments, sent));
        } else {
            waiting.remove(sequence);
            sent.run();
            result.completeExceptionally(reason);
        }
        return new RemoteCall(peer() + ": " + what, result);
    }

    /** Whether calls can still be made. */
    boolean isOpen() {
        return end.get() == null;
    }

    /** From now on, the executor has limited time to answer what it is asked: for a clean-up. */
    void limitAnswers() {
        Duration limit = limits.deallocation();
        IOException late = new IOException("no answer in " + limit.toMillis() + " ms");
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> fail(late));
    }

    /**
     * Ends the session as LLVM's controllers do, by ending our direction, and waits a limited time
     * for the executor to end the other.
     */
    void close() {
        end.compareAndSet(null, new IOException("the target has been closed"));
        writer.end();
        BoundedWait.forAtMost(
                limits.end(),
                nanos -> {
                    try {
                        inputEnded.get(nanos, TimeUnit.NANOSECONDS);
                    } catch (ExecutionException | TimeoutException e) {
                        // the executor has had its time
                    }
                });
        releaseWaiting();
        line.disconnect();
        line.awaitPeer();
    }

    private void listen() {
        try {
            LineReader reader = new LineReader(line.input());
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                receive(frame);
            }
            throw new LineEndedException(line.exitStatus(), null);
        } catch (IOException | ProtocolException | RuntimeException e) {
            fail(e);
        } finally {
            fail(new IOException("the thread that reads from it has failed"));
            inputEnded.complete(null);
        }
    }

    private void receive(LineReader.Frame frame) throws ProtocolException {
        FrameHeader header = frame.header();
        if (!setup.isDone() && header.opcode() != Opcode.SETUP) {
            throw new MalformedFrameException("the first frame is no Setup but " + header);
        }
        switch (header.opcode()) {
            case SETUP -> begin(frame);
            case RESULT -> complete(frame);
            case CALL_WRAPPER -> answer(frame);
            case HANGUP -> throw new LineException("it has hung up" + farewell(frame), null);
        }
    }

    private void begin(LineReader.Frame frame) throws ProtocolException {
        FrameHeader header = frame.header();
        if (setup.isDone()) {
            throw new MalformedFrameException("a second Setup frame");
        }
        if (header.sequence() != 0 || !header.tag().isNull()) {
            throw new MalformedFrameException("a Setup frame with a number or a tag: " + header);
        }
        Setup decoded = Setup.CODEC.read(reader(frame));
        line.established();
        setup.complete(decoded);
    }

    private void complete(LineReader.Frame frame) throws ProtocolException {
        FrameHeader header = frame.header();
        if (!header.tag().isNull()) {
            throw new MalformedFrameException("a result with a tag: " + header);
        }
        CompletableFuture<byte[]> result = waiting.remove(header.sequence());
        if (result == null) {
            throw new MalformedFrameException("a result for no call: " + header);
        }
        result.complete(frame.payload());
    }

    /** The reason behind a Hangup, if there is one. */
    private static String farewell(LineReader.Frame frame) throws ProtocolException {
        Optional<String> error = Sps.ERROR.read(reader(frame));
        return error.map(text -> ": " + text).orElse("");
    }

    /** Tags without a handler are not worth a thread: they may be an executor's way to wake us. */
    private void answer(LineReader.Frame call) {
        DispatchHandler handler = handlers.get(call.header().tag());
        if (handler == null) {
            reply(call, OUT_OF_BAND_ERROR);
        } else {
            Thread.ofVirtual().name("orcinus-dispatch").start(() -> run(handler, call));
        }
    }

    /** Whatever a handler throws, guest code waits for an answer. */
    private void run(DispatchHandler handler, LineReader.Frame call) {
        byte[] result = OUT_OF_BAND_ERROR;
        try {
            result = Objects.requireNonNull(handler.handle(call.payload()));
        } catch (Exception e) {
            // the line carries no text for it
        } finally {
            reply(call, result);
        }
    }

    private void reply(LineReader.Frame call, byte[] result) {
        writer.send(
                Outgoing.of(Opcode.RESULT, call.header().sequence(), ExecutorAddress.NULL, result));
    }

    private static SpsReader reader(LineReader.Frame frame) {
        return new SpsReader(MemorySegment.ofArray(frame.payload()));
    }

    /**
     * Who does not read any more has ended; whether reading or writing learns it first is chance.
     */
    private void cannotWrite(Exception reason) {
        fail(
                reason instanceof IOException
                        ? new LineEndedException(line.exitStatus(), reason)
                        : reason);
    }

    /** Ends the session for a reason; the first one stands. */
    private void fail(Exception reason) {
        end.compareAndSet(null, reason);
        setup.completeExceptionally(reason);
        line.disconnect();
        releaseWaiting();
    }

    private void releaseWaiting() {
        Exception reason = end.get();
        waiting.values().forEach(result -> result.completeExceptionally(reason));
    }
}
