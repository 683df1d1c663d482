package dev.orcinus.executor.session;

import dev.orcinus.executor.transport.FrameReader;
import dev.orcinus.executor.transport.FrameWriter;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The line to one controller: its frames, its calls and their results, the calls to it, and its
 * times of silence. Only the {@link Handler} knows what a call does. {@link #serve} runs on the
 * session's thread, {@link #lead} on one that has borrowed the line ({@link ReadingTurn}); all
 * other methods are thread-safe. Mirrors LLVM's {@code SimpleRemoteEPCServer}.
 *
 * <p>From LLVM 24 on, controllers hang up before they leave, results have kinds, and no nudge is
 * needed. A controller is one of these as soon as it does what older ones never do.
 */
final class ControllerLine implements Service {
    private static final Duration FAREWELL = Duration.ofMillis(200);
    private static final CallReader NESTED = new CallReader.Nested();

    private final HostChannel channel;
    private final SessionOptions options;
    private final Handler handler;
    private final Consumer<String> log;
    private final FrameWriter writer;
    private final Dispatcher dispatcher;
    private final IdleWatch idle;
    private final ReadingTurn turn;
    private final AtomicLong callsServed = new AtomicLong();
    private volatile boolean knowsResultKinds;
    private volatile boolean ending;

    /** Belongs to the thread that has the turn. */
    private FrameReader reader;

    /** What is wrong with the end of the line, once it has ended; belongs to the turn, too. */
    private Optional<String> reason = Optional.empty();

    /** Handles the controller's frames. Used by the thread that reads the line. */
    interface Handler {
        /**
         * Checks that a frame may be as large as its header says.
         *
         * @throws MalformedFrameException if it may not
         */
        void requireServable(FrameHeader header) throws MalformedFrameException;

        /**
         * Serves a call. An argument that cannot be decoded is an error of the call; an exception
         * means that the line is broken.
         *
         * @param reply takes the result, at any time
         * @param reader the calling thread, which starts work that it does not do at once
         */
        void serve(ExecutorAddress function, SpsReader arguments, Reply reply, CallReader reader)
                throws ProtocolException;

        /** Returns what the session is doing while no guest code waits for the controller. */
        Activity activity();
    }

    /**
     * Creates a line; it sends nothing yet.
     *
     * @param channel the channel, which is closed with the line
     * @param noHandler finds an address that is no handler of any controller
     * @param log takes a line for each error that the controller does not see
     */
    ControllerLine(
            HostChannel channel,
            SessionOptions options,
            Supplier<ExecutorAddress> noHandler,
            Handler handler,
            Consumer<String> log) {
        this(channel, options, noHandler, handler, log, System::nanoTime);
    }

    /** A line by another clock, for tests. */
    ControllerLine(
            HostChannel channel,
            SessionOptions options,
            Supplier<ExecutorAddress> noHandler,
            Handler handler,
            Consumer<String> log,
            LongSupplier nanoTime) {
        this.channel = channel;
        this.options = options;
        this.handler = handler;
        this.log = log;
        this.writer = new FrameWriter(channel);
        this.dispatcher = new Dispatcher(writer);
        this.turn = new ReadingTurn(channel);
        this.idle =
                new IdleWatch(
                        channel.isSocket(),
                        options,
                        this::activity,
                        () -> nudge(noHandler),
                        nanoTime);
    }

    private void nudge(Supplier<ExecutorAddress> noHandler) throws LineException {
        if (!knowsResultKinds) {
            dispatcher.nudge(noHandler.get());
        }
    }

    /** Notes that the controller is one of LLVM 24 or later, which takes errors as results. */
    void noteResultKinds() {
        knowsResultKinds = true;
    }

    /** Returns how many calls the controller has made. */
    long callsServed() {
        return callsServed.get();
    }

    /**
     * Serves the controller until it leaves. If the session ends for another reason, the controller
     * is told the reason.
     *
     * @param meanwhile gets what sends the Setup message, and does something while that is sent and
     *     read; what it does not send is sent afterwards
     * @return the reason; empty if the controller has left as it should
     */
    Optional<String> serve(Setup setup, Consumer<Runnable> meanwhile) {
        Optional<String> failure = Optional.empty();
        reader = new FrameReader(channel, writer, idle);
        try (ReadingTurn _ = turn) {
            channel.limitWrites(options.write());
            Sending sending = new Sending(setup);
            meanwhile.accept(sending);
            sending.finish();
            return serve();
        } catch (LineException e) {
            failure = isResetByLeavingController(e) ? failure : Optional.of(e.getMessage());
        } catch (ProtocolException | HostCallException e) {
            failure = Optional.of(e.getMessage());
        } catch (RuntimeException | Error bug) {
            failure = Optional.of("internal error: " + bug);
        }
        if (failure.isPresent()) {
            hangUp(Sps.ERROR.encode(failure));
        }
        return failure;
    }

    /** Sends the Setup message, once. */
    private final class Sending implements Runnable {
        private final Setup setup;
        private boolean isSent;
        private LineException failure;

        Sending(Setup setup) {
            this.setup = setup;
        }

        @Override
        public void run() {
            isSent = true;
            try {
                send(Opcode.SETUP, Setup.CODEC.encode(setup));
            } catch (LineException e) {
                failure = e;
            }
        }

        void finish() throws LineException {
            if (!isSent) {
                run();
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Serves until the controller has left; returns what is wrong with that, if anything is. */
    private Optional<String> serve() throws ProtocolException {
        CallReader session = new CallReader.OfSession(this);
        try {
            while (awaitTurn()) {
                if (!serveFrame(session)) {
                    return reason;
                }
            }
        } finally {
            closeUnlessRead();
        }
        rethrow(turn.failure());
        return reason;
    }

    /** Closes the reader, unless a borrower has the turn, who may be in the middle of reading. */
    private void closeUnlessRead() {
        if (!turn.isLent()) {
            reader.close();
        }
    }

    private boolean awaitTurn() throws LineException {
        boolean wasLent = turn.isLent();
        boolean goesOn = turn.await();
        if (wasLent && goesOn) {
            idle.onWorkDone();
        }
        return goesOn;
    }

    private static void rethrow(Throwable failure) throws ProtocolException {
        if (failure instanceof ProtocolException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /**
     * Serves the controller on a thread that has borrowed the line, until the line has ended or the
     * session's thread has it again.
     *
     * @param atEnd is run before the session can end
     */
    void lead(CallReader thread, Runnable atEnd) {
        Throwable failure = null;
        try {
            while (turn.isMine()) {
                if (!serveFrame(thread)) {
                    atEnd.run();
                    turn.end(null);
                    return;
                }
            }
            return;
        } catch (ProtocolException | RuntimeException | Error e) {
            failure = e;
        }
        atEnd.run();
        turn.end(failure);
    }

    /** Reads the next frame and serves it; returns false if the line has ended. */
    private boolean serveFrame(CallReader thread) throws ProtocolException {
        FrameHeader header = reader.next();
        if (header == null) {
            reason =
                    knowsResultKinds && !ending
                            ? Optional.of("the controller has ended its line without a hang-up")
                            : Optional.empty();
            return false;
        }
        handler.requireServable(header);
        switch (header.opcode()) {
            case CALL_WRAPPER -> {
                idle.onTraffic();
                callsServed.incrementAndGet();
                Reply reply = new Reply(header.sequence());
                handler.serve(header.tag(), reader.payload(), reply, thread);
            }
            case RESULT -> {
                if (header.tag().equals(FrameHeader.OUT_OF_BAND_ERROR)) {
                    noteResultKinds();
                }
                if (dispatcher.complete(header, reader.payload())) {
                    idle.onTraffic();
                }
            }
            case HANGUP -> {
                reason = reasonIn(reader.payload());
                return false;
            }
            case SETUP -> throw new MalformedFrameException("Unexpected Setup opcode");
        }
        return true;
    }

    /**
     * Lets the calling thread, which has borrowed the line, work. Who waits for a frame gets it.
     */
    void letWork() throws LineException {
        flush();
        if (hasMore()) {
            turn.giveBack();
        } else {
            turn.beginWork();
        }
    }

    /**
     * Lets the calling thread, whose work has ended or waits, read the line again.
     *
     * @return false if the line is not, or no longer, lent to it
     */
    boolean readAgain() {
        if (!turn.endWork()) {
            return false;
        }
        idle.onWorkDone();
        return true;
    }

    /** Sends the results that are held. */
    void flush() throws LineException {
        writer.flush();
    }

    /** Returns whether a part of a further frame has been read. */
    boolean hasMore() {
        return reader.hasMore();
    }

    /** Returns the turn to read the line. */
    ReadingTurn turn() {
        return turn;
    }

    /** Returns the reason in a Hangup; empty for an orderly end. */
    private static Optional<String> reasonIn(SpsReader hangup) throws ProtocolException {
        try {
            return Sps.ERROR.read(hangup).map(reason -> "the controller has hung up: " + reason);
        } catch (MalformedSpsException e) {
            return Optional.of("Could not deserialize hangup info: " + e.getMessage());
        }
    }

    /**
     * Returns whether the controller has left. One that closes its line before it has read a nudge
     * resets the line; it has left if all its allocations are gone.
     */
    private boolean isResetByLeavingController(LineException failure) {
        return failure.getCause() instanceof HostCallException
                && dispatcher.hasUnansweredNudge()
                && activity() == Activity.EMPTY;
    }

    private Activity activity() {
        return dispatcher.isWaiting() ? Activity.BUSY : handler.activity();
    }

    /**
     * Tells the controller why the session ends, if the controller is still there.
     *
     * @param reason an encoded error; that of nothing for an orderly end
     */
    private void hangUp(byte[] reason) {
        try {
            send(Opcode.HANGUP, reason);
        } catch (LineException e) {
            log.accept("the controller cannot be told: " + e.getMessage());
        }
    }

    private void send(Opcode opcode, byte[] payload) throws LineException {
        writer.send(new FrameHeader(payload.length, opcode, 0, ExecutorAddress.NULL), payload);
    }

    /**
     * Calls the controller's handler at {@code tag}, and waits for the result. A thread that has
     * borrowed the line reads it meanwhile.
     *
     * @param meanwhile runs first, once the controller has been called
     */
    WrapperFunctionResult call(ExecutorAddress tag, MemorySegment arguments, Runnable meanwhile) {
        CompletableFuture<WrapperFunctionResult> result = dispatcher.call(tag, arguments);
        meanwhile.run();
        if (!result.isDone() && readAgain()) {
            readUntil(result);
        }
        return result.join();
    }

    private void readUntil(CompletableFuture<?> result) {
        try {
            while (!result.isDone()) {
                if (!serveFrame(NESTED)) {
                    turn.end(null);
                    return;
                }
            }
            letWork();
        } catch (ProtocolException | RuntimeException | Error e) {
            turn.end(e);
        }
    }

    /**
     * Hangs up and ends the line; {@link #serve} returns then. A controller that does not read is
     * not told for longer than {@link #FAREWELL}, of which the start of a thread takes nothing.
     *
     * @param why what the controller is told; empty for an orderly end
     */
    void shutdown(Optional<String> why) {
        ending = true;
        byte[] encoded = Sps.ERROR.encode(why);
        CountDownLatch begun = new CountDownLatch(1);
        Runnable farewell =
                () -> {
                    begun.countDown();
                    hangUp(encoded);
                };
        try {
            Thread thread = Thread.ofPlatform().daemon().start(farewell);
            begun.await();
            thread.join(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (OutOfMemoryError e) {
            log.accept("the controller cannot be told: " + e.getMessage());
        }
        channel.shutdown();
    }

    /** Gives an error to guest code that waits for the controller. */
    @Override
    public void onDetach(Session session) {
        dispatcher.disconnect();
    }

    @Override
    public void onShutdown(Session session) {
        channel.shutdown();
        writer.close();
        channel.close();
    }

    /** Takes the result of one call. */
    final class Reply {
        private final long sequence;

        /** Takes the result of the call with this number. */
        Reply(long sequence) {
            this.sequence = sequence;
        }

        /**
         * Takes the result on the thread that reads the line, which sends it before it waits for
         * the next frame.
         */
        void hold(WrapperFunctionResult result) throws LineException {
            if (knowsResultKinds && result instanceof WrapperFunctionResult.OutOfBandError error) {
                hold(FrameHeader.OUT_OF_BAND_ERROR, Sps.STRING.encode(error.message()));
            } else {
                hold(ExecutorAddress.NULL, result.wireBytes());
            }
        }

        private void hold(ExecutorAddress kind, byte[] payload) throws LineException {
            writer.hold(new FrameHeader(payload.length, Opcode.RESULT, sequence, kind), payload);
        }

        /** Takes the result on any thread and sends it at once. */
        void send(WrapperFunctionResult result) {
            try {
                hold(result);
                writer.flush();
            } catch (LineException e) {
                String call = Long.toUnsignedString(sequence);
                log.accept("the result of call " + call + " cannot be sent: " + e.getMessage());
            }
        }
    }
}
