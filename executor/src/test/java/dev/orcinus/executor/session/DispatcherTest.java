package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.transport.FrameWriter;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.ByteStream;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DispatcherTest {
    private static final ExecutorAddress TAG = new ExecutorAddress(0x1234);

    private final FakeChannel channel = new FakeChannel();
    private final Dispatcher dispatcher = new Dispatcher(new FrameWriter(channel));

    private CompletableFuture<WrapperFunctionResult> call(byte... arguments) {
        CompletableFuture<WrapperFunctionResult> result = new CompletableFuture<>();
        Thread guest =
                new Thread(
                        () ->
                                result.complete(
                                        dispatcher
                                                .call(TAG, MemorySegment.ofArray(arguments))
                                                .join()));
        guest.setDaemon(true);
        guest.start();
        return result;
    }

    private void awaitFrames(int count, int frameBytes) {
        while (channel.written().length < count * frameBytes) {
            Thread.onSpinWait();
        }
    }

    private static FrameHeader result(long sequence, int size) {
        return new FrameHeader(size, Opcode.RESULT, sequence, ExecutorAddress.NULL);
    }

    private boolean answer(long sequence, byte... payload) throws ProtocolException {
        return dispatcher.complete(
                result(sequence, payload.length), new SpsReader(MemorySegment.ofArray(payload)));
    }

    @Test
    void aCallIsSentAndItsResultComesBack() throws Exception {
        CompletableFuture<WrapperFunctionResult> call = call((byte) 1, (byte) 2);
        awaitFrames(1, 34);
        assertEquals(new FrameHeader(2, Opcode.CALL_WRAPPER, 0, TAG), channel.writtenHeader(0));
        assertTrue(dispatcher.isWaiting());
        assertTrue(answer(0, (byte) 9));
        assertEquals(WrapperFunctionResult.of(new byte[] {9}), call.get());
        assertFalse(dispatcher.isWaiting());
    }

    @Test
    void resultsInAnyOrderFindTheirCallers() throws Exception {
        List<CompletableFuture<WrapperFunctionResult>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(call());
            awaitFrames(i + 1, 32);
        }
        for (int i = 49; i >= 0; i--) {
            assertTrue(answer(i, (byte) i));
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(WrapperFunctionResult.of(new byte[] {(byte) i}), calls.get(i).get());
        }
    }

    @Test
    void aResultForNobodyIsMalformed() throws Exception {
        MalformedFrameException failure =
                assertThrows(MalformedFrameException.class, () -> answer(77));
        assertEquals("No call for sequence number 77", failure.getMessage());
        assertEquals(
                "No call for sequence number 18446744073709551615",
                assertThrows(MalformedFrameException.class, () -> answer(-1)).getMessage());
        CompletableFuture<WrapperFunctionResult> call = call();
        awaitFrames(1, 32);
        assertTrue(answer(0));
        call.get();
        assertThrows(MalformedFrameException.class, () -> answer(0));
    }

    @Test
    void theAnswerToANudgeIsDropped() throws Exception {
        dispatcher.nudge(TAG);
        assertEquals(new FrameHeader(0, Opcode.CALL_WRAPPER, 0, TAG), channel.writtenHeader(0));
        assertFalse(dispatcher.isWaiting());
        assertFalse(answer(0, (byte) 1));
        assertThrows(MalformedFrameException.class, () -> answer(0));
    }

    private boolean answerOfKind(long kind, long sequence, byte... payload)
            throws ProtocolException {
        return dispatcher.complete(
                new FrameHeader(payload.length, Opcode.RESULT, sequence, new ExecutorAddress(kind)),
                new SpsReader(MemorySegment.ofArray(payload)));
    }

    @Test
    void anErrorOutOfBandHasItsText() throws Exception {
        CompletableFuture<WrapperFunctionResult> call = call();
        awaitFrames(1, 32);
        assertTrue(answerOfKind(1, 0, Sps.STRING.encode("no such tag")));
        assertEquals(new OutOfBandError("no such tag"), call.get());
    }

    @Test
    void anErrorOutOfBandWithoutATextIsAnErrorOfItsCallOnly() throws Exception {
        CompletableFuture<WrapperFunctionResult> call = call();
        awaitFrames(1, 32);
        assertTrue(answerOfKind(1, 0, (byte) 3));
        String text = assertInstanceOf(OutOfBandError.class, call.get()).message();
        assertTrue(text.startsWith("an error whose text cannot be decoded: "), text);
    }

    @Test
    void anotherKindIsMalformed() throws Exception {
        CompletableFuture<WrapperFunctionResult> call = call();
        awaitFrames(1, 32);
        for (long kind : new long[] {2, -1, 1L << 32}) {
            String message =
                    assertThrows(MalformedFrameException.class, () -> answerOfKind(kind, 0))
                            .getMessage();
            assertTrue(message.startsWith("Unexpected TagAddr in result message"), message);
        }
        assertTrue(answerOfKind(0, 0));
        call.get();
    }

    @Test
    void aNudgeMayBeAnsweredWithAnError() throws Exception {
        dispatcher.nudge(TAG);
        assertThrows(MalformedFrameException.class, () -> answerOfKind(2, 0));
        assertFalse(answerOfKind(1, 0, Sps.STRING.encode("no such tag")));
    }

    @Test
    void nudgesAndCallsHaveNumbersOfTheirOwn() throws Exception {
        dispatcher.nudge(TAG);
        CompletableFuture<WrapperFunctionResult> call = call();
        awaitFrames(2, 32);
        assertEquals(1, channel.writtenHeader(32).sequence());
        assertTrue(answer(1, (byte) 5));
        assertFalse(answer(0));
        assertEquals(WrapperFunctionResult.of(new byte[] {5}), call.get());
    }

    @Test
    void aLineThatIsGoneReleasesEveryWaiter() throws Exception {
        List<CompletableFuture<WrapperFunctionResult>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(call());
        }
        awaitFrames(50, 32);
        dispatcher.disconnect();
        for (CompletableFuture<WrapperFunctionResult> call : calls) {
            assertEquals(new OutOfBandError("disconnecting"), call.get());
        }
        assertFalse(dispatcher.isWaiting());
    }

    @Test
    void laterCallersAreToldAtOnce() {
        dispatcher.disconnect();
        assertEquals(
                new OutOfBandError("jit_dispatch not available (the session has ended)"),
                dispatcher.call(TAG, MemorySegment.NULL).join());
        assertEquals(0, channel.written().length);
    }

    @Test
    void aCallThatCannotBeSentIsAnErrorOfThatCall() {
        channel.failWrites("Broken pipe");
        WrapperFunctionResult result = dispatcher.call(TAG, MemorySegment.NULL).join();
        assertEquals(new OutOfBandError("Broken pipe"), result);
        assertFalse(dispatcher.isWaiting());
    }

    @Test
    void aResultThatIsCutShortLeavesItsCallerToTheEndOfTheSession() throws Exception {
        CompletableFuture<WrapperFunctionResult> call = call();
        awaitFrames(1, 32);
        ByteStream cut = new CutStream();
        assertThrows(
                LineException.class,
                () -> dispatcher.complete(result(0, 100), new SpsReader(cut, 100)));
        dispatcher.disconnect();
        assertEquals(new OutOfBandError("disconnecting"), call.get());
    }

    /** A payload whose bytes never arrive. */
    private static final class CutStream implements ByteStream {
        @Override
        public MemorySegment next(long limitBytes) throws LineException {
            throw new LineException("Unexpected end-of-file", null);
        }

        @Override
        public void readFully(MemorySegment target) throws LineException {
            throw new LineException("Unexpected end-of-file", null);
        }
    }

    @Test
    void callersThatRaceWithTheEndAllReturn() throws Exception {
        for (int round = 0; round < 200; round++) {
            FakeChannel line = new FakeChannel();
            Dispatcher racing = new Dispatcher(new FrameWriter(line));
            List<CompletableFuture<WrapperFunctionResult>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(
                        CompletableFuture.supplyAsync(
                                () -> racing.call(TAG, MemorySegment.NULL).join(),
                                task -> Thread.ofPlatform().daemon().start(task)));
            }
            racing.disconnect();
            for (CompletableFuture<WrapperFunctionResult> call : calls) {
                assertInstanceOf(OutOfBandError.class, call.get(20, TimeUnit.SECONDS));
            }
            assertFalse(racing.isWaiting(), "round " + round);
        }
    }
}
