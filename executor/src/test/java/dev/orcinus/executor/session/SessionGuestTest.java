package dev.orcinus.executor.session;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session does with a guest, without a controller. */
@Timeout(60)
final class SessionGuestTest {
    private static final ExecutorAddress FUNCTION = new ExecutorAddress(0x10);

    /** How long a call waits for the contents of an object that do not come. */
    private static final Duration UNFINISHED = Duration.ofSeconds(1);

    private final FakeGuest guest = new FakeGuest();
    private final FakeChannel channel = new FakeChannel();
    private final List<String> log = new ArrayList<>();
    private Session session;
    private WrapperCalls functions;

    @BeforeEach
    void makeSession() throws Exception {
        WrapperTable table = EmptyTable.of(guest);
        SessionOptions options = SessionOptions.DEFAULT;
        session = new Session(guest, table, List.of(), channel, options, log::add);
        functions = new WrapperCalls(session, table);
    }

    private ExecutorAddress code() {
        return guest.memory().pages(PAGE, MemProt.READ_EXEC).start();
    }

    private Answer begin(ExecutorAddress function) throws Exception {
        return functions.begin(function, new SpsReader(MemorySegment.ofArray(new byte[2])));
    }

    @Test
    void aGuestInThisProcessHasNone() {
        assertEquals(Optional.empty(), session.guestPid());
        assertEquals(0, session.checkpointsTaken());
        assertEquals(0, session.crashesSurvived());
    }

    @Test
    void nativeCodeIsCalledOnAThreadThatItMayBlock() throws Exception {
        ExecutorAddress code = code();
        List<Boolean> runs = new ArrayList<>();
        guest.invoker()
                .onWrapper(
                        _ -> {
                            runs.add(session.runsGuestCode());
                            return WrapperFunctionResult.of(new byte[] {5});
                        });
        Answer answer = begin(code);
        assertEquals(Answer.Place.GUEST_THREAD, answer.place());
        assertEquals(List.of(), guest.invoker().takeRan(), "not yet");
        assertFalse(session.runsGuestCode());
        assertEquals(WrapperFunctionResult.of(new byte[] {5}), answer.work().run());
        assertEquals(List.of(code), guest.invoker().takeRan());
        assertEquals(List.of(true), runs);
        assertFalse(session.runsGuestCode());
    }

    private void offer(WrapperFunction function) {
        functions.offer(FUNCTION, function, false);
    }

    /** The log tells of the end of a guest elsewhere, once. */
    @Test
    void theEndOfTheGuestDuringOneOfOurFunctionsIsItsResult() throws Exception {
        offer(
                (_, _) -> {
                    throw new GuestGoneException(new GuestEnd.Exited(3));
                });
        Answer answer = begin(FUNCTION);
        assertEquals(Answer.Place.HERE, answer.place());
        assertEquals(new OutOfBandError("the guest exited with status 3"), answer.work().run());
        assertEquals(List.of(), log);
    }

    @Test
    void aLineThatBreaksDuringAFunctionIsAnErrorOfACallOfNativeCode() {
        offer(
                (_, _) -> {
                    throw new LineException("cut", null);
                });
        assertEquals(
                new OutOfBandError("cut"),
                functions.call(FUNCTION, FinalizeContext.NONE, MemorySegment.NULL));
        assertEquals(List.of("cut"), log);
    }

    @Test
    void aFunctionOfOursRunsOnTheThreadOfNativeCode() {
        WrapperFunctionResult result = WrapperFunctionResult.of(new byte[] {5});
        Thread caller = Thread.currentThread();
        List<Thread> threads = new ArrayList<>();
        WrapperFunction function =
                (_, _) ->
                        Answer.onGuestThread(
                                () -> {
                                    threads.add(Thread.currentThread());
                                    return result;
                                });
        assertEquals(result, session.callHere(function, MemorySegment.NULL));
        assertEquals(List.of(caller), threads);
    }

    @Test
    void itKnowsItsLimitsAndWhatHasBeenLookedUp() {
        assertEquals(SessionOptions.DEFAULT, session.options());
        session.lookups().keep();
        session.lookups().note("name", FUNCTION);
        assertEquals(Optional.of("name"), session.lookups().nameOf(FUNCTION));
    }

    /** Guest code may have left thread-locals on a thread, whose destructors lie in the memory. */
    @Test
    void memoryGoesAtOnceIfNoGuestThreadIsIdle() {
        assertEquals(Answer.Place.HERE, deallocate().place());
        session.guest().threads().run(() -> "done").join();
        Answer answer = deallocate();
        assertEquals(Answer.Place.ASIDE, answer.place());
        assertEquals(1, guest.process().preparedThreads());
        assertEquals(Replies.success(), answer.work().run());
        assertEquals(0, guest.process().preparedThreads());
        assertEquals(Answer.Place.HERE, deallocate().place());
    }

    private Answer deallocate() {
        return session.deallocate(HeldMemory.deallocation(session.memory()));
    }

    @Test
    void whatCannotBeGivenBackIsAnErrorHereAndAside() {
        ExecutorAddress nothing = new ExecutorAddress(0x7000);
        Answer here = session.deallocate(session.memory().release(List.of(nothing)));
        session.guest().threads().run(() -> "done").join();
        Answer aside = session.deallocate(session.memory().release(List.of(nothing)));
        WrapperFunctionResult refusal =
                Replies.error(
                        "In release, " + nothing + " is not part of any reserved address range");
        assertEquals(refusal, here.work().run());
        assertEquals(refusal, aside.work().run());
    }

    private WrapperFunctionResult ask() {
        return session.dispatch(FUNCTION, MemorySegment.ofArray(new byte[1]));
    }

    /** Such a controller is one of LLVM 19, which answers before all objects have come. */
    @Test
    void anAnswerWaitsForTheContentsOfOtherObjects() throws Exception {
        channel.failWrites("broken pipe");
        session.guest().unwind().expect(session.memory().reserve(PAGE));
        long begin = System.nanoTime();
        assertEquals(new OutOfBandError("broken pipe"), ask());
        long took = System.nanoTime() - begin;
        assertTrue(took >= UNFINISHED.toNanos(), () -> took + " ns");
    }

    @Test
    void aThreadThatIsInterruptedWhileItWaitsKnowsIt() throws Exception {
        channel.failWrites("broken pipe");
        session.guest().unwind().expect(session.memory().reserve(PAGE));
        Thread.currentThread().interrupt();
        assertEquals(new OutOfBandError("broken pipe"), ask());
        assertTrue(Thread.interrupted());
    }
}
