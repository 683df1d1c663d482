package dev.orcinus.executor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.guest.CheckpointOptions;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Tests of sessions whose line is read by the thread that runs guest code, and by the session's
 * thread when that is busy.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
final class LentLineTest {
    private static final ExecutorAddress TAG = new ExecutorAddress(0x7a60);
    private static final byte[] DONE = {0};

    /** Calls that return at once take less, also while others need the processors. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(1);

    private IsolatedGuest guest;
    private Executor executor;
    private TestSession session;

    private void start(SessionOptions options) throws Exception {
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
        executor = new Executor(guest, PresentedTarget.of(guest), _ -> {});
        session = new TestSession(executor, options);
    }

    @AfterEach
    void end() throws Exception {
        session.close();
        executor.close();
    }

    private ExecutorAddress variable() throws Exception {
        ExecutorAddress at = session.reserve(session.setup().pageSizeBytes());
        TestSession.value(
                Sps.ADDRESS,
                session.initialize(List.of(session.segment(MemProt.READ_WRITE, at, new byte[8]))));
        return at;
    }

    private void open(ExecutorAddress gate) throws Exception {
        session.call(
                LlvmNames.writeIntegers(Byte.SIZE),
                new SpsWriter().writeLong(1).writeAddress(gate).writeByte((byte) 1));
    }

    private int read(ExecutorAddress at) throws Exception {
        byte[] bytes =
                session.call(
                        LlvmNames.readIntegers(Integer.SIZE),
                        new SpsWriter().writeLong(1).writeAddress(at));
        return TestSession.reader(Arrays.copyOfRange(bytes, Long.BYTES, bytes.length)).readInt();
    }

    /** Receives the results of calls in any order. */
    private void expectResults(Set<Long> sequences) throws Exception {
        Set<Long> waiting = new HashSet<>(sequences);
        while (!waiting.isEmpty()) {
            TestSession.Frame frame = session.receive();
            assertEquals(Opcode.RESULT, frame.header().opcode());
            assertArrayEquals(DONE, frame.payload());
            assertTrue(waiting.remove(frame.header().sequence()), () -> frame.header().toString());
        }
    }

    private static boolean isIn(String thread, String method) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(thread))
                .flatMap(entry -> Arrays.stream(entry.getValue()))
                .anyMatch(
                        frame ->
                                (frame.getClassName() + "." + frame.getMethodName())
                                        .endsWith(method));
    }

    @Test
    void theThreadThatHasRunGuestCodeReadsTheLine() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress counter = variable();
        ExecutorAddress count = session.load(Code.count(counter));
        for (int i = 1; i <= 20; i++) {
            assertArrayEquals(DONE, session.call(count));
            assertEquals(i, read(counter));
        }
        assertTrue(isIn("guest-0", "ControllerLine.lead"));
        assertTrue(isIn("session", "ReadingTurn.await"));
    }

    @Test
    void aCallThatDoesNotReturnKeepsNobody() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress gate = variable();
        ExecutorAddress counter = variable();
        ExecutorAddress wait = session.load(Code.spinUntil(gate));
        ExecutorAddress count = session.load(Code.count(counter));
        for (int round = 1; round <= 3; round++) {
            long blocked = session.send(wait);
            for (int i = 1; i <= 10; i++) {
                assertArrayEquals(DONE, session.call(count));
            }
            assertEquals(round * 10, read(counter));
            open(gate);
            expectResults(Set.of(blocked));
            close(gate);
        }
    }

    private void close(ExecutorAddress gate) throws Exception {
        session.call(
                LlvmNames.writeIntegers(Byte.SIZE),
                new SpsWriter().writeLong(1).writeAddress(gate).writeByte((byte) 0));
    }

    @Test
    void sixteenCallsRunAtATime() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress gate = variable();
        ExecutorAddress wait = session.load(Code.spinUntil(gate));
        Set<Long> sent = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            sent.add(session.send(wait));
        }
        open(gate);
        expectResults(sent);
    }

    @Test
    void callsThatComeTogetherAllRun() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress counter = variable();
        ExecutorAddress count = session.load(Code.count(counter));
        for (int round = 1; round <= 5; round++) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            Set<Long> sent = new HashSet<>();
            for (long i = 0; i < 50; i++) {
                byte[] frame = new byte[FrameHeader.SIZE_BYTES];
                long number = round * 1_000L + i;
                new FrameHeader(0, Opcode.CALL_WRAPPER, number, count)
                        .write(MemorySegment.ofArray(frame), 0);
                frames.write(frame);
                sent.add(number);
            }
            session.sendRaw(frames.toByteArray());
            expectResults(sent);
            assertEquals(round * 50, read(counter));
        }
    }

    @Test
    void callsNestInBothDirections() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress counter = variable();
        ExecutorAddress count = session.load(Code.count(counter));
        ExecutorAddress ask =
                session.load(
                        Code.dispatch(
                                session.symbol(LlvmNames.DISPATCH_FUNCTION),
                                session.symbol(LlvmNames.DISPATCH_CONTEXT),
                                TAG));
        for (int round = 0; round < 10; round++) {
            long outer = session.send(ask, (byte) 1);
            TestSession.Frame question = receiveQuestion();
            assertArrayEquals(DONE, session.call(count), "guest code, while a call waits");
            long inner = session.send(ask, (byte) 2);
            TestSession.Frame second = receiveQuestion();
            assertEquals(2 * round + 1, read(counter));
            answer(second, (byte) 4);
            assertArrayEquals(new byte[] {4}, receiveResult(inner));
            assertArrayEquals(DONE, session.call(count));
            answer(question, (byte) 3);
            assertArrayEquals(new byte[] {3}, receiveResult(outer));
        }
    }

    private TestSession.Frame receiveQuestion() throws Exception {
        TestSession.Frame question = session.receive();
        assertEquals(TAG, question.header().tag());
        return question;
    }

    private void answer(TestSession.Frame question, byte value) throws Exception {
        long number = question.header().sequence();
        session.send(TestSession.header(1, Opcode.RESULT, number), value);
    }

    private byte[] receiveResult(long sequence) throws Exception {
        TestSession.Frame result = session.receive();
        assertEquals(sequence, result.header().sequence());
        return result.payload();
    }

    @Test
    void theEndOfTheLineIsSeenWhileACallRuns() throws Exception {
        start(SessionOptions.DEFAULT.withGrace(Duration.ofMillis(200)));
        ExecutorAddress wait = session.load(Code.spinUntil(variable()));
        session.send(wait);
        session.shutdownOutput();
        SessionEnd end = session.awaitEnd();
        assertEquals(Optional.empty(), end.failure());
        assertEquals(1, end.guestCodeLeft());
    }

    @Test
    void theEndOfTheLineIsSeenByTheThreadThatReadsIt() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress count = session.load(Code.count(variable()));
        session.call(count);
        session.shutdownOutput();
        SessionEnd end = session.awaitEnd();
        assertEquals(new SessionEnd(Optional.empty(), 0), end);
    }

    @Test
    void aBrokenFrameIsToldByTheThreadThatReadsIt() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress count = session.load(Code.count(variable()));
        session.call(count);
        session.send(new FrameHeader(0, Opcode.SETUP, 0, ExecutorAddress.NULL));
        assertEquals("Unexpected Setup opcode", session.receiveHangup());
        assertEquals(Optional.of("Unexpected Setup opcode"), session.awaitEnd().failure());
    }

    @Test
    void aCallHasALimit() throws Exception {
        CheckpointOptions limited = new CheckpointOptions(true, CALL_LIMIT);
        start(SessionOptions.DEFAULT.withCheckpoints(limited));
        ExecutorAddress counter = variable();
        ExecutorAddress count = session.load(Code.count(counter));
        ExecutorAddress wait = session.load(Code.spinUntil(variable()));
        session.call(count);
        for (int round = 0; round < 3; round++) {
            assertArrayEquals(new byte[0], session.call(wait));
            assertEquals(round + 1, read(counter), "the state is as before");
            assertArrayEquals(DONE, session.call(count));
        }
    }

    @Test
    void aCallMayTakeLongerThanTheControllerMayBeSilent() throws Exception {
        start(SessionOptions.DEFAULT.withIdle(Duration.ofSeconds(3)));
        ExecutorAddress gate = variable();
        ExecutorAddress wait = session.load(Code.spinUntil(gate));
        long call = session.send(wait);
        Thread.sleep(4_500);
        assertTrue(guest.memory().tryWrite(MemorySegment.ofArray(new byte[] {1}), gate));
        assertArrayEquals(DONE, receiveResult(call));
        Thread.sleep(100);
        assertArrayEquals(DONE, session.call(wait), "the controller has not been silent");
        String reason = "the controller has said nothing for 3000 ms";
        assertEquals(reason, session.receiveHangup());
        assertEquals(Optional.of(reason), session.awaitEnd().failure());
    }

    @Test
    void aResultThatCannotBeSentIsTheEndOfTheLine() throws Exception {
        start(SessionOptions.DEFAULT);
        executor.sessions()
                .iterator()
                .next()
                .offer(TAG, (_, _) -> Answer.onGuestThread(() -> null), false);
        session.send(TAG);
        String reason = session.receiveHangup();
        assertTrue(reason.startsWith("internal error: " + NullPointerException.class.getName()));
        assertEquals(new SessionEnd(Optional.of(reason), 0), session.awaitEnd());
    }

    @Test
    void aGuestThatIsEndedFromOutsideGoesOn() throws Exception {
        start(SessionOptions.DEFAULT);
        ExecutorAddress counter = variable();
        ExecutorAddress count = session.load(Code.count(counter));
        session.call(count);
        ExecutorAddress wait = session.load(Code.spinUntil(variable()));
        for (int round = 0; round < 3; round++) {
            session.send(wait);
            while (executor.sessions().iterator().next().guest().calls().running().isEmpty()) {
                Thread.onSpinWait();
            }
            guest.kill(new GuestEnd.Lost("it has been interrupted"));
            assertEquals(0, session.receive().payload().length);
            assertArrayEquals(DONE, session.call(count));
            assertEquals(round + 2, read(counter));
        }
    }

    @Test
    void aControllerIsToldOfTheEndOfItsGuest() throws Exception {
        CheckpointOptions none = new CheckpointOptions(false, Duration.ZERO);
        start(SessionOptions.DEFAULT.withCheckpoints(none));
        GuestEnd end = new GuestEnd.Lost("it has been interrupted");
        guest.kill(end);
        assertEquals("the guest is gone: it has been interrupted", session.receiveHangup());
        assertEquals(Optional.of(end), session.awaitEnd().guestEnd());
    }

    /** The thread that has run the code is idle, and ends before the code goes. */
    @Test
    void codeIsReleasedAfterTheResultOfItsCall() throws Exception {
        start(SessionOptions.DEFAULT);
        for (int i = 0; i < 20; i++) {
            ExecutorAddress code = session.load(Code.minusOne());
            assertEquals(0xffff_ffffL, session.runAsMain(code) & 0xffff_ffffL);
            String error = session.onAddress(TestSession.MEMORY, "deinitialize_wrapper", code);
            assertEquals("", error);
        }
    }
}
