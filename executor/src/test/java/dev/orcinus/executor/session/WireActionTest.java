package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Allocation actions as calls of wrapper functions, and functions that are offered for them. */
final class WireActionTest {
    private static final ExecutorAddress FIRST = new ExecutorAddress(0x10);
    private static final ExecutorAddress SECOND = new ExecutorAddress(0x20);
    private static final ExecutorAddress KEY = new ExecutorAddress(0x7000);

    private final FakeGuest guest = new FakeGuest();
    private final List<String> ran = new ArrayList<>();
    private Session session;

    @BeforeEach
    void makeSession() throws Exception {
        WrapperTable table = EmptyTable.of(guest);
        session =
                new Session(
                        guest,
                        table,
                        List.of(),
                        new FakeChannel(),
                        SessionOptions.DEFAULT,
                        ran::add);
    }

    private static WrapperFunctionCall call(ExecutorAddress function, int... arguments) {
        byte[] bytes = new byte[arguments.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) arguments[i];
        }
        return new WrapperFunctionCall(function, bytes);
    }

    private AllocationActions.Pair bind(WrapperFunctionCall first, WrapperFunctionCall last) {
        return session.bind(KEY, List.of(new AllocActionCallPair(first, last))).getFirst();
    }

    private void offer(ExecutorAddress address, WrapperFunctionResult result) {
        session.offer(
                address,
                (_, in) -> {
                    ran.add(address + " " + in.readByte());
                    return Answer.now(result);
                },
                false);
    }

    @Test
    void eachActionCallsItsFunctionWithItsArguments() throws Exception {
        offer(FIRST, Replies.success());
        offer(SECOND, Replies.success());
        AllocationActions.Pair pair = bind(call(FIRST, 3), call(SECOND, 4));
        assertEquals(FIRST, pair.finalizeAction().function());
        assertEquals(SECOND, pair.deallocAction().function());
        pair.finalizeAction().run();
        pair.deallocAction().run();
        assertEquals(List.of(FIRST + " 3", SECOND + " 4"), ran);
    }

    @Test
    void noCallIsNoAction() {
        AllocationActions.Pair pair = bind(WrapperFunctionCall.NONE, WrapperFunctionCall.NONE);
        assertSame(AllocationAction.NONE, pair.finalizeAction());
        assertSame(AllocationAction.NONE, pair.deallocAction());
    }

    private String failure(WrapperFunctionResult result) {
        offer(FIRST, result);
        AllocationAction action = bind(call(FIRST, 1), WrapperFunctionCall.NONE).finalizeAction();
        return assertThrows(ActionFailedException.class, action::run).getMessage();
    }

    @Test
    void anErrorOfTheFunctionFailsTheAction() {
        assertEquals("no room", failure(Replies.error("no room")));
        assertEquals("gone", failure(new WrapperFunctionResult.OutOfBandError("gone")));
        String undecodable = failure(WrapperFunctionResult.of(new byte[] {1}));
        assertTrue(
                undecodable.startsWith(
                        "Could not deserialize result from serialized wrapper function call: "),
                undecodable);
    }

    @Test
    void aFunctionThatOnlyRegistersRunsNoGuestCode() {
        session.offer(FIRST, (_, _) -> Answer.now(Replies.success()), true);
        session.offer(SECOND, (_, _) -> Answer.now(Replies.success()), false);
        AllocationActions.Pair pair = bind(call(FIRST), call(SECOND));
        assertFalse(pair.finalizeAction().runsGuestCode());
        assertTrue(pair.deallocAction().runsGuestCode());
    }

    /** An address in guest memory whose offer is withdrawn has the code that is there, if any. */
    @Test
    void aFunctionThatIsWithdrawnIsNotCalled() {
        offer(FIRST, Replies.success());
        session.withdraw(FIRST);
        session.withdraw(SECOND);
        AllocationAction action = bind(call(FIRST, 1), WrapperFunctionCall.NONE).finalizeAction();
        String refusal = assertThrows(ActionFailedException.class, action::run).getMessage();
        assertEquals("call of wrapper function " + FIRST + ": no executable memory there", refusal);
        assertTrue(action.runsGuestCode());
    }

    /** Only a finalize action belongs to an allocation that is being made. */
    @Test
    void aFinalizeActionKnowsItsAllocation() throws Exception {
        List<FinalizeContext> seen = new ArrayList<>();
        FinalizeFunction function =
                (_, context, _) -> {
                    seen.add(context);
                    return Answer.now(Replies.success());
                };
        session.offer(FIRST, function, false);
        AllocationActions.Pair pair = bind(call(FIRST), call(FIRST));
        pair.finalizeAction().run();
        pair.deallocAction().run();
        assertEquals(List.of(FinalizeContext.of(KEY), FinalizeContext.NONE), seen);
    }

    @Test
    void aBugInAFunctionIsAnErrorOfItsCall() {
        session.offer(
                FIRST,
                (_, _) -> {
                    throw new IllegalStateException("bug");
                },
                false);
        AllocationAction action = bind(call(FIRST), WrapperFunctionCall.NONE).finalizeAction();
        String refusal = assertThrows(ActionFailedException.class, action::run).getMessage();
        assertEquals("internal error: java.lang.IllegalStateException: bug", refusal);
    }

    @Test
    void argumentsThatCannotBeDecodedAreAnErrorOfTheirCall() {
        offer(FIRST, Replies.success());
        AllocationAction action = bind(call(FIRST), WrapperFunctionCall.NONE).finalizeAction();
        String refusal = assertThrows(ActionFailedException.class, action::run).getMessage();
        assertTrue(
                refusal.startsWith("Could not deserialize arguments for wrapper function call: "),
                refusal);
    }
}
