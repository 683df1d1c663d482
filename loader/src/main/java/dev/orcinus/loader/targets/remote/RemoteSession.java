package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.secure.AccessException;
import dev.orcinus.secure.ClientAccess;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A session with an executor: calls in both directions on one line. A reader thread completes the
 * calls of this side and starts those of the executor; it waits only for the line. The session ends
 * once, for one reason, and all waiting and later calls fail with that reason. Several threads may
 * use it. Mirrors LLVM's {@code SimpleRemoteEPC}.
 */
public final class RemoteSession {
    private static final Duration FAREWELL = Duration.ofMillis(300);
    private static final int REFUSED = 1;

    private final Line line;
    private final SessionLimits limits;
    private final LineWriter writer;
    private final AtomicLong nextSequence = new AtomicLong();
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final Map<ExecutorAddress, DispatchHandler> handlers = new ConcurrentHashMap<>();
    private final CompletableFuture<Setup> setup = new CompletableFuture<>();
    private final CompletableFuture<Void> inputEnded = new CompletableFuture<>();
    private final AtomicReference<Exception> end = new AtomicReference<>();
    private volatile boolean knowsResultKinds;

    RemoteSession(Line line, SessionLimits limits) {
        this.line = line;
        this.limits = limits;
        this.writer = new LineWriter(line, this::cannotWrite);
        Thread.ofPlatform().daemon().name("orcinus-line-reader").start(this::listen);
    }

    /**
     * Connects to an executor that listens, as {@code orcinus serve} does, and returns a session
     * with it.
     *
     * @throws TargetException if the connection fails
     */
    public static RemoteSession connect(String host, int port) {
        try {
            return new RemoteSession(
                    SocketLine.connect(new InetSocketAddress(host, port)), SessionLimits.DEFAULT);
        } catch (IOException | RuntimeException e) { // also for an invalid address
            throw new TargetException("connect to " + host + ":" + port + ": " + e, e);
        }
    }

    /**
     * Connects to a daemon that wants a token, and returns a session with it.
     *
     * @throws TargetException if the connection fails, or one side does not trust the other
     */
    public static RemoteSession connect(String host, int port, ClientAccess access) {
        try {
            return new RemoteSession(TlsLine.connect(host, port, access), SessionLimits.DEFAULT);
        } catch (AccessException e) {
            throw new TargetException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) { // also for an invalid address
            throw new TargetException("connect to " + host + ":" + port + ": " + e, e);
        }
    }

    /**
     * Connects to an executor that listens on a Unix-domain socket, and returns a session with it.
     *
     * @throws TargetException if the connection fails
     */
    public static RemoteSession connect(Path socket) {
        try {
            return new RemoteSession(
                    SocketLine.connect(UnixDomainSocketAddress.of(socket)), SessionLimits.DEFAULT);
        } catch (IOException | RuntimeException e) { // also for a path that is too long
            throw new TargetException("connect to unix:" + socket + ": " + e, e);
        }
    }

    /**
     * Starts an executor and returns a session with it. The executor gets {@code filedescs=IN,OUT}
     * as its last argument, and shares this process's standard streams. It must end with the
     * session; otherwise it is killed. The executor of LLVM 24 refuses that argument, by ending
     * with status 1; it is started again with {@code tcp:connect=HOST:PORT}.
     *
     * @param command the program and its arguments: {@code orcinus} or {@code
     *     llvm-jitlink-executor}
     * @throws TargetException if the program cannot be started
     */
    public static RemoteSession launch(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("an empty command");
        }
        try {
            if (ConnectingProcessLine.isPreferredBy(command.getFirst())) {
                return launchThatConnects(command);
            }
            RemoteSession session =
                    new RemoteSession(ProcessLine.launch(command), SessionLimits.DEFAULT);
            return session.isRefused() ? launchThatConnects(command) : session;
        } catch (LineEndedException e) {
            throw new TargetException(started(command) + e.getMessage(), e, e.exitStatus());
        } catch (IOException e) {
            throw new TargetException(started(command) + e, e);
        }
    }

    private static String started(List<String> command) {
        return "start " + String.join(" ", command) + ": ";
    }

    private static RemoteSession launchThatConnects(List<String> command) throws IOException {
        SessionLimits limits = SessionLimits.DEFAULT;
        return new RemoteSession(ConnectingProcessLine.launch(command, limits.setup()), limits);
    }

    /**
     * Waits for the first message, and returns whether the executor ended instead as one that does
     * not understand its arguments.
     *
     * @throws TargetException if there is no session for another reason
     */
    private boolean isRefused() {
        try {
            awaitSetup();
            return false;
        } catch (TargetException e) {
            close();
            if (e.exitStatus().equals(OptionalInt.of(REFUSED))) {
                return true;
            }
            throw e;
        }
    }

    /** Returns a description of the executor, for messages. */
    String peer() {
        return line.peer();
    }

    /**
     * Waits for the executor's first message, and returns it.
     *
     * @throws TargetException if it does not arrive in time
     */
    public Setup awaitSetup() {
        try {
            return setup.get(limits.setup().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw noSetup(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw noSetup("it has sent nothing for " + limits.setup().toMillis() + " ms", e);
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
     * Sets the handler of jit-dispatch calls with {@code tag}. Calls with a tag without a handler
     * get an out-of-band error; executors before LLVM 24 do not get its text.
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
     * @param what the request, for messages
     * @param arguments the function's SPS arguments, in pieces
     * @param sent runs when the pieces are no longer needed, whether they have been sent or not
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

    /** Returns whether calls can still be made. */
    boolean isOpen() {
        return end.get() == null;
    }

    /**
     * Limits the time for all results from now on, for a clean-up: when it is over, the session
     * ends.
     */
    void limitAnswers() {
        Duration limit = limits.deallocation();
        IOException late = new IOException("no answer in " + limit.toMillis() + " ms");
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> abort(late));
    }

    /**
     * Ends the session as LLVM's controllers do: it hangs up, ends the output, and waits a limited
     * time until the executor ends the other direction.
     */
    void close() {
        if (end.compareAndSet(null, new IOException("the target has been closed"))) {
            hangUp(Optional.empty(), () -> {});
        }
        writer.end();
        awaitForAtMost(limits.end(), inputEnded);
        releaseWaiting();
        line.disconnect();
        line.awaitPeer();
    }

    private static void awaitForAtMost(Duration limit, CompletableFuture<Void> event) {
        BoundedWait.forAtMost(
                limit,
                nanos -> {
                    try {
                        event.get(nanos, TimeUnit.NANOSECONDS);
                    } catch (ExecutionException | TimeoutException e) {
                        // the executor has had its time
                    }
                });
    }

    /**
     * Sends a Hangup, which LLVM 24's executors expect before the end of the line.
     *
     * @param reason empty for an orderly end
     */
    private void hangUp(Optional<String> reason, Runnable sent) {
        List<ByteBuffer> payload = List.of(ByteBuffer.wrap(Sps.ERROR.encode(reason)));
        writer.send(new Outgoing(Opcode.HANGUP, 0, ExecutorAddress.NULL, payload, sent));
    }

    /** Ends the session for a reason that the executor is told. */
    private void abort(Exception reason) {
        if (end.compareAndSet(null, reason)) {
            CompletableFuture<Void> told = new CompletableFuture<>();
            hangUp(Optional.of(String.valueOf(reason.getMessage())), () -> told.complete(null));
            awaitForAtMost(FAREWELL, told);
        }
        fail(reason);
    }

    private void listen() {
        try {
            LineReader reader = new LineReader(line.input());
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                receive(frame);
            }
            throw new LineEndedException(line.exitStatus(), null);
        } catch (IOException | LineException e) {
            fail(e);
        } catch (ProtocolException | RuntimeException e) {
            abort(e);
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
        knowsResultKinds = new Offer(decoded, line.peer()).find(LlvmNames.CALL_MAIN) != null;
        setup.complete(decoded);
    }

    private void complete(LineReader.Frame frame) throws ProtocolException {
        FrameHeader header = frame.header();
        boolean outOfBand = header.tag().equals(FrameHeader.OUT_OF_BAND_ERROR);
        if (!header.tag().isNull() && !outOfBand) {
            throw new MalformedFrameException("a result of an unknown kind: " + header);
        }
        CompletableFuture<byte[]> result = waiting.remove(header.sequence());
        if (result == null) {
            throw new MalformedFrameException("a result for no call: " + header);
        }
        if (outOfBand) {
            result.completeExceptionally(new IOException(errorIn(frame)));
        } else {
            result.complete(frame.payload());
        }
    }

    /** Returns the text of an out-of-band error; an unreadable one spoils no other call. */
    private static String errorIn(LineReader.Frame result) {
        try {
            return reader(result).readString();
        } catch (ProtocolException e) {
            return "the executor reported an error whose text cannot be decoded: " + e.getMessage();
        }
    }

    /** Returns the reason in a Hangup, if there is one. */
    private static String farewell(LineReader.Frame frame) throws ProtocolException {
        Optional<String> error = Sps.ERROR.read(reader(frame));
        return error.map(text -> ": " + text).orElse("");
    }

    /**
     * Handles a call of the executor. A tag without a handler gets its reply without a thread: an
     * executor may use such a call only to wake the controller.
     */
    private void answer(LineReader.Frame call) {
        DispatchHandler handler = handlers.get(call.header().tag());
        if (handler == null) {
            replyError(call, "no handler has the tag " + call.header().tag());
        } else {
            Thread.ofVirtual().name("orcinus-dispatch").start(() -> run(handler, call));
        }
    }

    /**
     * Runs a handler and replies, even if the handler throws, because guest code waits for the
     * reply.
     */
    private void run(DispatchHandler handler, LineReader.Frame call) {
        byte[] result = null;
        String error = "the handler has failed";
        try {
            result = Objects.requireNonNull(handler.handle(call.payload()), "no result");
        } catch (Exception e) {
            error = "the handler has failed: " + e;
        } finally {
            if (result == null) {
                replyError(call, error);
            } else {
                reply(call, ExecutorAddress.NULL, result);
            }
        }
    }

    private void replyError(LineReader.Frame call, String text) {
        if (knowsResultKinds) {
            reply(call, FrameHeader.OUT_OF_BAND_ERROR, Sps.STRING.encode(text));
        } else {
            reply(call, ExecutorAddress.NULL, new byte[0]);
        }
    }

    private void reply(LineReader.Frame call, ExecutorAddress kind, byte[] result) {
        writer.send(Outgoing.of(Opcode.RESULT, call.header().sequence(), kind, result));
    }

    private static SpsReader reader(LineReader.Frame frame) {
        return new SpsReader(MemorySegment.ofArray(frame.payload()));
    }

    /**
     * Ends the session because a write has failed. The executor has ended the line then, and either
     * the reader or the writer notices it first.
     */
    private void cannotWrite(Exception reason) {
        fail(
                reason instanceof IOException
                        ? new LineEndedException(line.exitStatus(), reason)
                        : reason);
    }

    /** Ends the session for a reason. If it has ended already, the first reason stays. */
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
