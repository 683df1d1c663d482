package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.GuestThreads;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ControllerCallsTest {
    private static final ExecutorAddress FUNCTION = new ExecutorAddress(0x10);
    private static final int BUDGET = 100;

    private final FakeGuest guest = new FakeGuest();
    private final FakeChannel channel = new FakeChannel();
    private final List<String> log = new ArrayList<>();

    /** A reader for which no thread can be made. It may have given the line back before. */
    private static final class Refusing extends CallReader {
        @Override
        void start(Answer answer, GuestThreads threads, Done done) {
            throw new RejectedExecutionException("no thread for the call");
        }
    }

    /** A reader that keeps the work for later. */
    private static final class Keeping extends CallReader {
        private Answer answer;
        private Done done;

        @Override
        void start(Answer given, GuestThreads threads, Done told) {
            answer = given;
            done = told;
        }

        void finish() {
            done.accept(answer.work().run(), null);
        }
    }

    private final SessionOptions options = SessionOptions.DEFAULT;
    private Session session;
    private WrapperCalls functions;
    private ControllerCalls calls;
    private ControllerLine line;

    @BeforeEach
    void makeSession() throws Exception {
        WrapperTable table = EmptyTable.of(guest);
        session = new Session(guest, table, List.of(), channel, options, log::add);
        functions = new WrapperCalls(session, table);
        calls = new ControllerCalls(session, functions, BUDGET);
        line = new ControllerLine(channel, options, () -> FUNCTION, calls, log::add);
    }

    private void offer(Answer answer) {
        functions.offer(
                FUNCTION,
                (_, in) -> {
                    in.readRest();
                    return answer;
                },
                false);
    }

    private void serve(int argumentBytes, CallReader reader) throws Exception {
        SpsReader arguments = new SpsReader(MemorySegment.ofArray(new byte[argumentBytes]));
        calls.serve(FUNCTION, arguments, line.new Reply(7), reader);
    }

    private void assertSent(int payloadBytes) throws Exception {
        assertEquals(
                new FrameHeader(payloadBytes, Opcode.RESULT, 7, ExecutorAddress.NULL),
                channel.writtenHeader(0));
        assertEquals(FrameHeader.SIZE_BYTES + payloadBytes, channel.written().length);
    }

    @Test
    void theAnswerOfACallThatIsRefusedIsSentAtOnce() throws Exception {
        offer(Answer.aside(() -> WrapperFunctionResult.EMPTY));
        serve(0, new Refusing());
        assertSent(0);
        assertEquals(List.of("no thread for the call"), log);
    }

    @Test
    void aResultThatIsThereIsHeldForTheNextWrite() throws Exception {
        offer(Answer.now(WrapperFunctionResult.of(new byte[] {1, 2})));
        serve(BUDGET, new Refusing());
        assertEquals(0, channel.written().length);
        line.flush();
        assertSent(2);
    }

    @Test
    void argumentsCountUntilTheirCallHasEnded() throws Exception {
        offer(Answer.aside(() -> WrapperFunctionResult.of(new byte[] {1})));
        Keeping first = new Keeping();
        serve(60, first);
        serve(BUDGET - 59, new Refusing());
        line.flush();
        assertEquals(
                List.of(
                        "a call with 41 bytes of arguments: the calls that run hold 60 bytes"
                                + " already, and may hold 100"),
                log);
        assertSent(0);
        first.finish();
        log.clear();
        Keeping second = new Keeping();
        serve(BUDGET, second);
        assertEquals(List.of(), log, "those of the first have been given back");
        second.finish();
    }

    @Test
    void argumentsOfACallThatIsRefusedAreGivenBack() throws Exception {
        offer(Answer.aside(() -> WrapperFunctionResult.EMPTY));
        for (int i = 0; i < 3; i++) {
            serve(BUDGET, new Refusing());
        }
        String refusal = "no thread for the call";
        assertEquals(List.of(refusal, refusal, refusal), log);
    }

    @Test
    void argumentsAreNoLargerThanWhatAllMayHold() throws Exception {
        offer(Answer.now(WrapperFunctionResult.EMPTY));
        serve(BUDGET + 1, new Refusing());
        assertTrue(log.getFirst().contains("more than 100 bytes of arguments"), log::toString);
    }

    @Test
    void whatWorkHasThrownIsTheResult() throws Exception {
        offer(Answer.aside(() -> WrapperFunctionResult.EMPTY));
        Keeping work = new Keeping();
        serve(0, work);
        work.done.accept(null, new IllegalStateException("bug"));
        assertEquals(List.of("internal error: java.lang.IllegalStateException: bug"), log);
        serve(0, work);
        work.done.accept(null, new RejectedExecutionException("all threads are taken"));
        assertEquals("all threads are taken", log.getLast());
        log.clear();
        serve(0, work);
        work.done.accept(null, new GuestGoneException(new GuestEnd.Exited(3)));
        assertEquals(List.of(), log, "the end of the guest has been told");
    }

    /**
     * The line tells the controller of the end of the guest, and the calls that it has ended not.
     */
    @Test
    void afterTheEndOfTheGuestNoResultIsSent() throws Exception {
        offer(Answer.aside(() -> WrapperFunctionResult.EMPTY));
        Keeping work = new Keeping();
        serve(0, work);
        session.endWithGuest(new GuestEnd.Exited(1));
        assertEquals(Opcode.HANGUP, channel.awaitHeader().opcode());
        int written = channel.written().length;
        work.finish();
        assertEquals(written, channel.written().length);
    }

    private static FrameHeader frame(long payloadBytes) {
        return new FrameHeader(payloadBytes, Opcode.CALL_WRAPPER, 1, FUNCTION);
    }

    @Test
    void aFrameIsAsLargeAsTheMemoryThatItMayFillAndSomeArguments() throws Exception {
        long most = 64L << 20;
        calls.requireServable(frame(most));
        assertThrows(MalformedFrameException.class, () -> calls.requireServable(frame(most + 1)));
        session.memory().reserve(4096);
        calls.requireServable(frame(most + 4096));
        MalformedFrameException refusal =
                assertThrows(
                        MalformedFrameException.class,
                        () -> calls.requireServable(frame(most + 4097)));
        assertEquals(
                "Message size too large: a payload of 67112961 bytes, with 4096 bytes reserved;"
                        + " the limit is 67108864 bytes more than that",
                refusal.getMessage());
    }

    @Test
    void theActivityIsThatOfTheGuest() throws Exception {
        assertEquals(Activity.HOLDING, calls.activity(), "it has not begun");
        ExecutorAddress base = session.memory().reserve(4096);
        InFlightAllocation allocation = session.memory().begin();
        allocation.addSegment(AllocGroup.ofWire((byte) 1), base, 4096, 0);
        ExecutorAddress key = allocation.finish(List.of());
        assertEquals(Activity.HOLDING, calls.activity());
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Void> call = session.guest().threads().run(end::join);
        assertEquals(Activity.BUSY, calls.activity());
        end.complete(null);
        call.get();
        assertEquals(Activity.HOLDING, calls.activity());
        session.memory().deinitialize(List.of(key)).run();
        assertEquals(Activity.EMPTY, calls.activity(), "the controller may have left");
    }
}
