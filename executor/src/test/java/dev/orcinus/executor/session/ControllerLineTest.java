package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.transport.FrameReader;
import dev.orcinus.executor.transport.FrameWriter;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.ReadWatch;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ControllerLineTest {
    private static final Setup SETUP =
            new Setup(new Triple("x86_64-pc-linux-gnu"), 4096, Map.of(), Map.of());
    private static final ExecutorAddress NO_HANDLER = new ExecutorAddress(0x404);

    private static final byte[] CALL = FakeChannel.frame(Opcode.CALL_WRAPPER, 1, 0x10);
    private static final int MORE_THAN_ARE_KEPT = 40;

    private final FakeChannel channel = new FakeChannel();
    private final Handler handler = new Handler();

    /** It has a buffer of its own. */
    private final FrameWriter writerOfLaterLines = new FrameWriter(channel);

    private final List<String> log = new ArrayList<>();
    private Runnable onNudge = () -> {};

    private static void nothing(Runnable sending) {}

    /** Replies with the arguments and one more byte. */
    private static final class Handler implements ControllerLine.Handler {
        private final List<ExecutorAddress> called = new ArrayList<>();
        private Activity activity = Activity.HOLDING;
        private boolean refusing;
        private Runnable afterCall = () -> {};

        @Override
        public void requireServable(FrameHeader header) throws MalformedFrameException {
            if (refusing) {
                throw new MalformedFrameException("refused");
            }
        }

        @Override
        public void serve(
                ExecutorAddress function,
                SpsReader arguments,
                ControllerLine.Reply reply,
                CallReader reader)
                throws ProtocolException {
            called.add(function);
            byte[] given = arguments.readRest();
            reply.hold(WrapperFunctionResult.of(new byte[given.length + 1]));
            afterCall.run();
        }

        @Override
        public Activity activity() {
            return activity;
        }
    }

    private ControllerLine line(HostChannel at) {
        return new ControllerLine(at, SessionOptions.DEFAULT, () -> NO_HANDLER, handler, log::add);
    }

    private List<FrameHeader> sent() throws MalformedFrameException {
        List<FrameHeader> headers = new ArrayList<>();
        for (int at = 0; at < channel.written().length; ) {
            FrameHeader header = channel.writtenHeader(at);
            headers.add(header);
            at += FrameHeader.SIZE_BYTES + (int) header.payloadBytes();
        }
        return headers;
    }

    private static FrameHeader header(long payloadBytes, Opcode opcode, long sequence) {
        return new FrameHeader(payloadBytes, opcode, sequence, ExecutorAddress.NULL);
    }

    @Test
    void callsGoToTheHandlerAndResultsComeBackUnderTheirNumbers() throws Exception {
        channel.piece(FakeChannel.frame(Opcode.CALL_WRAPPER, 7, 0x10, (byte) 1))
                .piece(FakeChannel.frame(Opcode.CALL_WRAPPER, -1, 0x20));
        ControllerLine line = line(channel);
        assertEquals(Optional.empty(), line.serve(SETUP, ControllerLineTest::nothing));
        assertEquals(List.of(new ExecutorAddress(0x10), new ExecutorAddress(0x20)), handler.called);
        assertEquals(2, line.callsServed());
        assertEquals(
                List.of(header(2, Opcode.RESULT, 7), header(1, Opcode.RESULT, -1)),
                sent().subList(1, 3));
        assertEquals(Opcode.SETUP, sent().getFirst().opcode());
    }

    @Test
    void aFrameThatTheHandlerRefusesEndsTheLineAndTheControllerIsTold() throws Exception {
        handler.refusing = true;
        channel.piece(FakeChannel.frame(Opcode.CALL_WRAPPER, 7, 0x10));
        assertEquals(
                Optional.of("refused"), line(channel).serve(SETUP, ControllerLineTest::nothing));
        assertEquals(List.of(), handler.called);
        assertEquals(Opcode.HANGUP, sent().getLast().opcode());
    }

    @Test
    void aControllerThatCannotBeToldIsLogged() {
        channel.failWrites("broken pipe");
        String failure = line(channel).serve(SETUP, ControllerLineTest::nothing).orElseThrow();
        assertTrue(failure.contains("broken pipe"), failure);
        assertEquals(List.of("the controller cannot be told: " + failure), log);
    }

    /**
     * Returns a channel on which, after a call, nothing arrives until a nudge has been written;
     * then reading fails.
     */
    private HostChannel resetAfterNudge() {
        channel.piece(CALL).failReads("reset by peer");
        return silentUntilNudge();
    }

    private HostChannel silentUntilNudge() {
        return (HostChannel)
                Proxy.newProxyInstance(
                        ControllerLineTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "readNow" ->
                                            handler.called.isEmpty() || isNudged()
                                                    ? channel.readNow((MemorySegment) arguments[0])
                                                    : 0L;
                                    case "awaitReadable" -> awaitNudge((int) arguments[0]);
                                    default -> method.invoke(channel, arguments);
                                });
    }

    private boolean isNudged() throws MalformedFrameException {
        return sent().stream().anyMatch(header -> header.tag().equals(NO_HANDLER));
    }

    private boolean awaitNudge(int timeoutMillis) throws Exception {
        if (!isNudged()) {
            Thread.sleep(timeoutMillis);
        }
        boolean isNudged = isNudged();
        if (isNudged) {
            onNudge.run();
        }
        return isNudged;
    }

    @Test
    void aResetWithANudgeUnansweredIsALeaveIfNothingIsHeld() {
        handler.activity = Activity.EMPTY;
        assertEquals(
                Optional.empty(),
                line(resetAfterNudge()).serve(SETUP, ControllerLineTest::nothing));
    }

    @Test
    void aResetWhileSomethingIsHeldIsAFailure() {
        handler.activity = Activity.HOLDING;
        String failure =
                line(resetAfterNudge()).serve(SETUP, ControllerLineTest::nothing).orElseThrow();
        assertTrue(failure.contains("reset by peer"), failure);
    }

    @Test
    void aLineThatIsDetachedReleasesItsWaiters() {
        ControllerLine line = line(channel);
        line.onDetach(null);
        WrapperFunctionResult result =
                line.call(new ExecutorAddress(0x30), MemorySegment.NULL, () -> {});
        assertEquals(
                new WrapperFunctionResult.OutOfBandError(
                        "jit_dispatch not available (the session has ended)"),
                result);
    }

    @Test
    void aControllerIsToldWhyItsLineIsShut() throws Exception {
        line(channel).shutdown(Optional.of("no paper"));
        FrameHeader hangup = channel.writtenHeader(0);
        assertEquals(Opcode.HANGUP, hangup.opcode());
        MemorySegment payload =
                MemorySegment.ofArray(channel.written()).asSlice(FrameHeader.SIZE_BYTES);
        assertEquals(Optional.of("no paper"), Sps.ERROR.read(new SpsReader(payload)));
        assertEquals("shutdown", channel.events().getLast());
    }

    /** A watch whose wait fails. */
    private static final class BrokenWatch implements ReadWatch {
        @Override
        public void arm() {}

        @Override
        public void disarm() {}

        @Override
        public void wake() {}

        @Override
        public void await() throws HostCallException {
            throw new HostCallException("poll(fd 3)", 12, "Cannot allocate memory");
        }

        @Override
        public void close() {}
    }

    /** Returns a channel that notes the addresses of the memory that is read into. */
    private static HostChannel recording(FakeChannel line, Set<Long> addresses) {
        return (HostChannel)
                Proxy.newProxyInstance(
                        ControllerLineTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("openWatch")) {
                                return Optional.of(new BrokenWatch());
                            }
                            if (method.getName().equals("readNow")) {
                                addresses.add(((MemorySegment) arguments[0]).address());
                            }
                            return method.invoke(line, arguments);
                        });
    }

    private static void lendAndRead(ReadingTurn turn) {
        long loan = turn.lend();
        boolean reads =
                CompletableFuture.supplyAsync(
                                () -> {
                                    turn.borrow(loan);
                                    return turn.endWork();
                                })
                        .join();
        assertTrue(reads);
    }

    private Set<Long> buffersOfLaterLines() {
        Set<Long> buffers = new HashSet<>();
        for (int i = 0; i < MORE_THAN_ARE_KEPT; i++) {
            HostChannel ended = recording(new FakeChannel(), buffers);
            IdleWatch idle =
                    new IdleWatch(
                            false,
                            SessionOptions.DEFAULT,
                            () -> Activity.EMPTY,
                            () -> {},
                            System::nanoTime);
            FrameReader kept = new FrameReader(ended, writerOfLaterLines, idle);
            assertDoesNotThrow(() -> assertNull(kept.next()));
        }
        return buffers;
    }

    /**
     * The wait for a thread that has borrowed the line fails. That thread may still read, so no
     * other line gets the buffer.
     */
    @Test
    void aBufferThatABorrowerMayReadIntoIsNotUsedAgain() {
        Set<Long> lent = new HashSet<>();
        channel.piece(FakeChannel.frame(Opcode.CALL_WRAPPER, 1, 0x10));
        ControllerLine line = line(recording(channel, lent));
        handler.afterCall = () -> lendAndRead(line.turn());
        assertTrue(
                line.serve(SETUP, ControllerLineTest::nothing)
                        .orElseThrow()
                        .contains("Cannot allocate memory"));
        assertFalse(lent.isEmpty());
        assertTrue(Collections.disjoint(lent, buffersOfLaterLines()));
    }

    @Test
    void aBufferThatNobodyReadsIntoIsUsedAgain() {
        Set<Long> used = new HashSet<>();
        line(recording(channel, used)).serve(SETUP, ControllerLineTest::nothing);
        Set<Long> later = buffersOfLaterLines();
        assertTrue(later.containsAll(used), () -> used + " in " + later);
    }

    private Optional<String> serve(HostChannel at) {
        return line(at).serve(SETUP, ControllerLineTest::nothing);
    }

    @Test
    void aResetWithoutANudgeIsAFailure() {
        handler.activity = Activity.EMPTY;
        channel.piece(CALL).failReads("reset by peer");
        assertEquals(Optional.of("reset by peer"), serve(channel));
    }

    @Test
    void anEndInAHeaderIsAFailureWhateverHasBeenSent() {
        handler.activity = Activity.EMPTY;
        channel.piece(CALL).piece((byte) 32);
        assertEquals(
                Optional.of("Unexpected end-of-file: 1 bytes of a header of 32"),
                serve(silentUntilNudge()));
    }

    /** Calls the controller on another thread, and returns when the call has been written. */
    private CompletableFuture<WrapperFunctionResult> ask(ControllerLine line) {
        CompletableFuture<WrapperFunctionResult> result = new CompletableFuture<>();
        CompletableFuture<Void> written = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () ->
                                result.complete(
                                        line.call(
                                                new ExecutorAddress(0x30),
                                                MemorySegment.NULL,
                                                () -> written.complete(null))));
        written.join();
        return result;
    }

    /** It would have waited for the result. */
    @Test
    void aResetWhileGuestCodeWaitsForTheControllerIsAFailure() {
        handler.activity = Activity.EMPTY;
        ControllerLine line = line(resetAfterNudge());
        onNudge =
                () -> {
                    onNudge = () -> {};
                    var _ = ask(line);
                };
        assertEquals(Optional.of("reset by peer"), line.serve(SETUP, ControllerLineTest::nothing));
        line.onDetach(null);
    }

    @Test
    void whoDoesSomethingMeanwhileSendsTheSetupMessage() throws Exception {
        List<Opcode> sent = new ArrayList<>();
        line(channel)
                .serve(
                        SETUP,
                        sending -> {
                            sending.run();
                            assertDoesNotThrow(() -> sent.add(sent().getLast().opcode()));
                        });
        assertEquals(List.of(Opcode.SETUP), sent);
        assertEquals(1, sent().stream().filter(it -> it.opcode() == Opcode.SETUP).count());
    }

    @Test
    void theSetupMessageIsSentAfterwardsIfNobodyHasSentIt() throws Exception {
        line(channel).serve(SETUP, sending -> assertDoesNotThrow(this::requireNothingSent));
        assertEquals(Opcode.SETUP, sent().getFirst().opcode());
    }

    private void requireNothingSent() throws Exception {
        assertEquals(List.of(), sent());
    }

    @Test
    void aSetupMessageThatCannotBeSentMeanwhileIsTheReason() {
        channel.failWrites("broken pipe");
        String failure = line(channel).serve(SETUP, Runnable::run).orElseThrow();
        assertTrue(failure.contains("broken pipe"), failure);
    }

    @Test
    void whatIsDoneMeanwhileIsDoneWhenTheControllerHasBeenCalled() {
        ControllerLine line = line(channel);
        List<Opcode> sent = new ArrayList<>();
        WrapperFunctionResult result =
                line.call(
                        new ExecutorAddress(0x30),
                        MemorySegment.NULL,
                        () -> {
                            assertDoesNotThrow(() -> sent.add(sent().getLast().opcode()));
                            line.onDetach(null);
                        });
        assertEquals(List.of(Opcode.CALL_WRAPPER), sent);
        assertEquals(new WrapperFunctionResult.OutOfBandError("disconnecting"), result);
    }

    @Test
    void aBugEndsTheLineAndTheControllerIsTold() throws Exception {
        channel.piece(CALL);
        handler.afterCall =
                () -> {
                    throw new IllegalStateException("bug");
                };
        assertEquals(
                Optional.of("internal error: java.lang.IllegalStateException: bug"),
                serve(channel));
        assertEquals(Opcode.HANGUP, sent().getLast().opcode());
    }

    /** Returns a channel of which one method is another one. */
    private HostChannel with(String name, InvocationHandler other) {
        return (HostChannel)
                Proxy.newProxyInstance(
                        ControllerLineTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (proxy, method, arguments) ->
                                method.getName().equals(name)
                                        ? other.invoke(proxy, method, arguments)
                                        : method.invoke(channel, arguments));
    }

    @Test
    void writesHaveTheLimitOfTheSession() {
        List<Object> limits = new ArrayList<>();
        HostChannel limited =
                with(
                        "limitWrites",
                        (_, _, arguments) -> {
                            limits.add(arguments[0]);
                            return null;
                        });
        serve(limited);
        assertEquals(List.of(SessionOptions.DEFAULT.write()), limits);
    }

    /** Returns how long the line has waited for a frame, the first and the second time. */
    private List<Integer> waits() {
        return channel.events().stream()
                .filter(event -> event.startsWith("wait "))
                .map(event -> Integer.valueOf(event.substring("wait ".length())))
                .toList();
    }

    /** One that has said nothing has thirty seconds; one that has is nudged after one. */
    @Test
    void aCallIsASignOfLife() {
        channel.pause().piece(CALL).pause();
        assertEquals(Optional.empty(), serve(channel));
        assertTrue(waits().getFirst() > 1_000, () -> waits().toString());
        assertTrue(waits().getLast() <= 1_000, () -> waits().toString());
    }

    @Test
    void aResultIsASignOfLife() {
        ControllerLine line = line(channel);
        CompletableFuture<WrapperFunctionResult> result = ask(line);
        channel.piece(FakeChannel.frame(Opcode.RESULT, 0, 0, (byte) 4)).pause();
        assertEquals(Optional.empty(), line.serve(SETUP, ControllerLineTest::nothing));
        assertEquals(WrapperFunctionResult.of(new byte[] {4}), result.join());
        assertTrue(waits().getLast() <= 1_000, () -> waits().toString());
    }

    private static byte[] error(String text) {
        return FakeChannel.frame(Opcode.RESULT, 0, 1, Sps.STRING.encode(text));
    }

    /** Only controllers from LLVM 24 on send such results, and they hang up before they leave. */
    @Test
    void aResultThatIsAnErrorOutOfBandTellsTheVersion() {
        ControllerLine line = line(channel);
        CompletableFuture<WrapperFunctionResult> result = ask(line);
        channel.piece(error("no such tag"));
        assertEquals(
                Optional.of("the controller has ended its line without a hang-up"),
                line.serve(SETUP, ControllerLineTest::nothing));
        assertEquals(new WrapperFunctionResult.OutOfBandError("no such tag"), result.join());
    }

    @Test
    void aNewerControllerThatIsHungUpOnNeedNotHangUp() {
        ControllerLine line = line(channel);
        line.noteResultKinds();
        line.shutdown(Optional.empty());
        assertEquals(Optional.empty(), line.serve(SETUP, ControllerLineTest::nothing));
    }

    /** It reads a hang-up by itself. */
    @Test
    void aNewerControllerIsNotNudged() throws Exception {
        handler.activity = Activity.EMPTY;
        channel.piece(CALL);
        AtomicInteger waits = new AtomicInteger();
        HostChannel silent =
                with(
                        "awaitReadable",
                        (_, _, arguments) -> {
                            Thread.sleep((int) arguments[0]);
                            return waits.incrementAndGet() > 3 && channel.awaitReadable(0);
                        });
        channel.pause();
        ControllerLine line = line(silent);
        line.noteResultKinds();
        line.serve(SETUP, ControllerLineTest::nothing);
        assertEquals(4, waits.get());
        assertFalse(isNudged());
    }

    @Test
    void aControllerThatHangsUpMayHaveAReason() {
        channel.piece(
                FakeChannel.frame(Opcode.HANGUP, 0, 0, Sps.ERROR.encode(Optional.of("no power"))));
        assertEquals(Optional.of("the controller has hung up: no power"), serve(channel));
        channel.piece(FakeChannel.frame(Opcode.HANGUP, 0, 0, Sps.ERROR.encode(Optional.empty())));
        channel.piece(CALL);
        assertEquals(Optional.empty(), serve(channel));
        assertEquals(List.of(), handler.called, "nothing comes after a hang-up");
    }

    /** Nobody can be told who does not read, and the line ends all the same. */
    @Test
    void aControllerThatDoesNotReadKeepsNoLineFromEnding() {
        CompletableFuture<Void> open = new CompletableFuture<>();
        HostChannel full =
                (HostChannel)
                        Proxy.newProxyInstance(
                                ControllerLineTest.class.getClassLoader(),
                                new Class<?>[] {HostChannel.class},
                                (_, method, arguments) ->
                                        switch (method.getName()) {
                                            case "write" -> open.join();
                                            case "shutdown" -> {
                                                open.complete(null);
                                                yield null;
                                            }
                                            default -> method.invoke(channel, arguments);
                                        });
        line(full).shutdown(Optional.of("no paper"));
        assertTrue(open.isDone());
    }

    @Test
    void aThreadThatIsInterruptedEndsTheLineAndKnowsIt() {
        Thread.currentThread().interrupt();
        List<String> ends = new CopyOnWriteArrayList<>();
        line(with(
                        "shutdown",
                        (_, _, _) -> {
                            ends.add("shutdown");
                            return null;
                        }))
                .shutdown(Optional.of("no paper"));
        assertTrue(Thread.interrupted());
        assertEquals(List.of("shutdown"), ends);
    }

    @Test
    void aResultIsLateWhenTheLineHasEnded() {
        ControllerLine line = line(channel);
        ControllerLine.Reply reply = line.new Reply(-1);
        line.onShutdown(null);
        reply.send(WrapperFunctionResult.EMPTY);
        assertEquals(
                List.of(
                        "the result of call 18446744073709551615 cannot be sent: the session is"
                                + " closed"),
                log);
        assertEquals(0, channel.written().length);
    }

    @Test
    void olderControllersSeeAnErrorAsAnEmptyResult() throws Exception {
        ControllerLine line = line(channel);
        WrapperFunctionResult error = new WrapperFunctionResult.OutOfBandError("no room");
        line.new Reply(7).send(error);
        line.noteResultKinds();
        line.new Reply(8).send(WrapperFunctionResult.of(new byte[] {1}));
        line.new Reply(9).send(error);
        byte[] text = Sps.STRING.encode("no room");
        assertEquals(
                List.of(
                        header(0, Opcode.RESULT, 7),
                        header(1, Opcode.RESULT, 8),
                        new FrameHeader(
                                text.length, Opcode.RESULT, 9, FrameHeader.OUT_OF_BAND_ERROR)),
                sent());
    }

    /** A watch that waits until it is woken. */
    private static final class QuietWatch implements ReadWatch {
        private final Semaphore woken = new Semaphore(0);
        private final CountDownLatch waits = new CountDownLatch(1);

        @Override
        public void arm() {}

        @Override
        public void disarm() {}

        @Override
        public void wake() {
            woken.release();
        }

        @Override
        public void await() {
            waits.countDown();
            woken.acquireUninterruptibly();
        }

        @Override
        public void close() {}
    }

    /**
     * Serves a line whose second frame is read by a borrower, and returns the reason of its end.
     *
     * @param ends notes whether the line was still lent when the borrower has read its end
     */
    private Optional<String> serveAndLend(byte[] second, List<Boolean> ends) {
        channel.piece(CALL).piece(second);
        QuietWatch watch = new QuietWatch();
        ControllerLine line = line(with("openWatch", (_, _, _) -> Optional.of(watch)));
        handler.afterCall =
                () -> {
                    long loan = line.turn().lend();
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        line.turn().borrow(loan);
                                        assertTrue(line.readAgain());
                                        line.lead(
                                                new CallReader.Nested(),
                                                () -> ends.add(line.turn().isLent()));
                                    });
                };
        return line.serve(SETUP, ControllerLineTest::nothing);
    }

    /** The borrower may have to be idle before the session ends. */
    @Test
    void whoHasBorrowedALineDoesSomethingBeforeItEnds() {
        List<Boolean> ends = new CopyOnWriteArrayList<>();
        byte[] hangup =
                FakeChannel.frame(Opcode.HANGUP, 0, 0, Sps.ERROR.encode(Optional.of("no power")));
        assertEquals(
                Optional.of("the controller has hung up: no power"), serveAndLend(hangup, ends));
        assertEquals(List.of(true), ends);
    }

    @Test
    void whoHasBorrowedALineThatBreaksDoesSoToo() {
        List<Boolean> ends = new CopyOnWriteArrayList<>();
        byte[] setup = FakeChannel.frame(Opcode.SETUP, 0, 0);
        assertEquals(Optional.of("Unexpected Setup opcode"), serveAndLend(setup, ends));
        assertEquals(List.of(true), ends);
    }

    /**
     * Serves a line that is lent for ten seconds, and returns how long it waits for the next frame.
     *
     * @param then what the borrower does after that time
     */
    private List<Integer> waitsAfterWork(BiConsumer<ControllerLine, QuietWatch> then) {
        AtomicLong nanos = new AtomicLong();
        QuietWatch watch = new QuietWatch();
        channel.piece(CALL).pause();
        channel.piece(FakeChannel.frame(Opcode.HANGUP, 0, 0, Sps.ERROR.encode(Optional.empty())));
        ControllerLine line =
                new ControllerLine(
                        with("openWatch", (_, _, _) -> Optional.of(watch)),
                        SessionOptions.DEFAULT.withIdle(Duration.ofSeconds(1)),
                        () -> NO_HANDLER,
                        handler,
                        log::add,
                        nanos::get);
        handler.afterCall =
                () -> {
                    long loan = line.turn().lend();
                    Runnable borrower =
                            () -> {
                                line.turn().borrow(loan);
                                nanos.addAndGet(Duration.ofSeconds(10).toNanos());
                                then.accept(line, watch);
                            };
                    Thread.ofPlatform().daemon().start(borrower);
                };
        assertEquals(Optional.empty(), line.serve(SETUP, ControllerLineTest::nothing));
        return waits();
    }

    /** Else a controller that has waited for a result would be one that is silent. */
    @Test
    void silenceBeginsWhenTheBorrowerHasWorked() {
        assertEquals(
                List.of(1_000),
                waitsAfterWork(
                        (line, _) -> {
                            assertTrue(line.readAgain());
                            line.lead(new CallReader.Nested(), () -> {});
                        }));
    }

    @Test
    void silenceBeginsWhenTheLineHasBeenGivenBack() {
        assertEquals(
                List.of(1_000),
                waitsAfterWork(
                        (line, watch) -> {
                            assertTrue(line.turn().endWork());
                            assertDoesNotThrow(() -> watch.waits.await());
                            line.turn().giveBack();
                        }));
    }
}
