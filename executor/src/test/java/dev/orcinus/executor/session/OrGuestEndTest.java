package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results in the form that a controller expects, if the guest ends meanwhile. */
final class OrGuestEndTest {
    private static final GuestEnd END = new GuestEnd.Exited(3);
    private static final String GONE = new GuestGoneException(END).getMessage();
    private static final WrapperFunctionResult RESULT = WrapperFunctionResult.of(new byte[] {7});
    private static final FinalizeContext CONTEXT = FinalizeContext.of(new ExecutorAddress(0x7000));

    private final SpsReader nothing = new SpsReader(MemorySegment.ofArray(new byte[0]));
    private Session session;

    @BeforeEach
    void makeSession() throws Exception {
        FakeGuest guest = new FakeGuest();
        WrapperTable table = EmptyTable.of(guest);
        SessionOptions options = SessionOptions.DEFAULT;
        session = new Session(guest, table, List.of(), new FakeChannel(), options, _ -> {});
    }

    private static WrapperFunctionResult gone() {
        throw new GuestGoneException(END);
    }

    private void assertAnswer(WrapperFunctionResult wanted, Answer.Place place, Answer answer) {
        assertEquals(place, answer.place());
        assertArrayEquals(wanted.wireBytes(), answer.work().run().wireBytes());
    }

    @Test
    void theEndDuringTheFunctionIsItsAnswer() throws Exception {
        assertAnswer(
                Replies.error(GONE),
                Answer.Place.HERE,
                OrGuestEnd.error((_, _) -> Answer.now(gone())).call(session, nothing));
        assertAnswer(
                Replies.unexpected(GONE),
                Answer.Place.HERE,
                OrGuestEnd.expected((_, _) -> Answer.now(gone())).call(session, CONTEXT, nothing));
    }

    @Test
    void theEndDuringTheWorkIsItsResultAndTheWorkKeepsItsPlace() throws Exception {
        assertAnswer(
                Replies.error(GONE),
                Answer.Place.ASIDE,
                OrGuestEnd.error((_, _) -> Answer.aside(OrGuestEndTest::gone))
                        .call(session, nothing));
        assertAnswer(
                Replies.unexpected(GONE),
                Answer.Place.GUEST_THREAD,
                OrGuestEnd.expected((_, _) -> Answer.onGuestThread(OrGuestEndTest::gone))
                        .call(session, nothing));
    }

    @Test
    void otherResultsStayAsTheyAre() throws Exception {
        Answer here = Answer.now(RESULT);
        assertSame(here, OrGuestEnd.error((_, _) -> here).call(session, nothing));
        Answer work = OrGuestEnd.error((_, _) -> Answer.aside(() -> RESULT)).call(session, nothing);
        assertAnswer(RESULT, Answer.Place.ASIDE, work);
    }

    @Test
    void aFinalizeFunctionGetsItsContext() throws Exception {
        List<FinalizeContext> seen = new ArrayList<>();
        FinalizeFunction function =
                (_, context, _) -> {
                    seen.add(context);
                    return Answer.now(RESULT);
                };
        WrapperFunction wrapped = OrGuestEnd.error(function);
        wrapped.call(session, CONTEXT, nothing);
        wrapped.call(session, nothing);
        assertAnswer(RESULT, Answer.Place.HERE, function.call(session, nothing));
        assertEquals(List.of(CONTEXT, FinalizeContext.NONE, FinalizeContext.NONE), seen);
    }
}
