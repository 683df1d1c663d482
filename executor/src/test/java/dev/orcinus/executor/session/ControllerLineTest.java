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
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ControllerLineTest {
    private static final Setup SETUP =
            new Setup(new Triple("x86_64-pc-linux-gnu"), 4096, Map.of(), Map.of());
    private static final ExecutorAddress NO_HANDLER = new ExecutorAddress(0x404);

    private static final int MORE_THAN_ARE_KEPT = 40;

    private final FakeChannel channel = new FakeChannel();
    private final Handler handler = new Handler();

    /** It has a buffer of its own. */
    private final FrameWriter writerOfLaterLines = new FrameWriter(channel);

    private final List<String> log = new ArrayList<>();

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
        assertEquals(Optional.empty(), line.serve(SETUP));
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
        assertEquals(Optional.of("refused"), line(channel).serve(SETUP));
        assertEquals(List.of(), handler.called);
        assertEquals(Opcode.HANGUP, sent().getLast().opcode());
    }

    @Test
    void aControllerThatCannotBeToldIsLogged() {
        channel.failWrites("broken pipe");
        String failure = line(channel).serve(SETUP).orElseThrow();
        assertTrue(failure.contains("broken pipe"), failure);
        assertEquals(List.of("the controller cannot be told: " + failure), log);
    }

    /**
     * Returns a channel on which, after a call, nothing arrives until a nudge has been written;
     * then reading fails.
     */
    private HostChannel resetAfterNudge() {
        channel.piece(FakeChannel.frame(Opcode.CALL_WRAPPER, 1, 0x10)).failReads("reset by peer");
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
        return sent().getLast().tag().equals(NO_HANDLER);
    }

    private boolean awaitNudge(int timeoutMillis) throws Exception {
        if (!isNudged()) {
            Thread.sleep(timeoutMillis);
        }
        return isNudged();
    }

    @Test
    void aResetWithANudgeUnansweredIsALeaveIfNothingIsHeld() {
        handler.activity = Activity.EMPTY;
        assertEquals(Optional.empty(), line(resetAfterNudge()).serve(SETUP));
    }

    @Test
    void aResetWhileSomethingIsHeldIsAFailure() {
        handler.activity = Activity.HOLDING;
        String failure = line(resetAfterNudge()).serve(SETUP).orElseThrow();
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
        assertTrue(line.serve(SETUP).orElseThrow().contains("Cannot allocate memory"));
        assertFalse(lent.isEmpty());
        assertTrue(Collections.disjoint(lent, buffersOfLaterLines()));
    }

    @Test
    void aBufferThatNobodyReadsIntoIsUsedAgain() {
        Set<Long> used = new HashSet<>();
        line(recording(channel, used)).serve(SETUP);
        Set<Long> later = buffersOfLaterLines();
        assertTrue(later.containsAll(used), () -> used + " in " + later);
    }
}
