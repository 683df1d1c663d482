package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of initializers of objects whose link has failed. */
final class UnlinkedInitializersTest {
    private static final ExecutorAddress DYLIB = new ExecutorAddress(0x1000);
    private static final ExecutorAddress REGISTER = new ExecutorAddress(0x7700);
    private static final ExecutorAddress DEREGISTER = new ExecutorAddress(0x7710);
    private static final WrapperFunctionResult FAILED = Replies.unexpected("not found");
    private static final WrapperFunctionResult LINKED = Replies.expected(Sps.ADDRESS, DYLIB);

    private final UnlinkedInitializers initializers = new UnlinkedInitializers();
    private final List<String> log = new ArrayList<>();

    /** An action that writes what it does into the log. */
    private final class Noted implements AllocationAction {
        private final String name;
        private final boolean runsGuestCode;

        Noted(String name, boolean runsGuestCode) {
            this.name = name;
            this.runsGuestCode = runsGuestCode;
        }

        @Override
        public void run() {
            log.add(name);
        }

        @Override
        public boolean runsGuestCode() {
            return runsGuestCode;
        }

        @Override
        public ExecutorAddress function() {
            return REGISTER;
        }
    }

    private static byte[] sections(AddressRange... ranges) {
        SpsWriter out = new SpsWriter();
        out.writeAddress(DYLIB);
        SpsCodec.sequence(Sps.RANGE).write(out, List.of(ranges));
        return out.toBytes();
    }

    private static AddressRange section(long start) {
        return AddressRange.of(new ExecutorAddress(start), Long.BYTES);
    }

    private static AllocActionCallPair calls(byte[] registered, byte[] deregistered) {
        return new AllocActionCallPair(
                new WrapperFunctionCall(REGISTER, registered),
                new WrapperFunctionCall(DEREGISTER, deregistered));
    }

    private AllocationActions.Pair actions(String name, boolean areOfGuest) {
        return new AllocationActions.Pair(
                new Noted("+" + name, areOfGuest), new Noted("-" + name, areOfGuest));
    }

    /** Finalizes an object that has initializers, and returns its actions. */
    private AllocationActions.Pair finalized(String name) throws Exception {
        byte[] bytes = sections(section(0x2000), section(0x3000));
        AllocationActions.Pair pair = initializers.watch(calls(bytes, bytes), actions(name, true));
        pair.finalizeAction().run();
        return pair;
    }

    @Test
    void thoseOfAFailedLinkAreRemovedTheLastFirst() throws Exception {
        AllocationActions.Pair one = finalized("one");
        finalized("two");
        initializers.requestEnded(FAILED);
        assertEquals(List.of("+one", "+two", "-two", "-one"), log);
        one.deallocAction().run();
        assertEquals(4, log.size(), "they are removed once");
    }

    @Test
    void thoseOfASuccessfulLinkStayUntilTheirMemoryGoes() throws Exception {
        AllocationActions.Pair one = finalized("one");
        initializers.requestEnded(LINKED);
        initializers.requestEnded(FAILED);
        assertEquals(List.of("+one"), log);
        one.deallocAction().run();
        assertEquals(List.of("+one", "-one"), log);
    }

    /** The controller reports the failure and finalizes the object at the same time. */
    @Test
    void thoseThatComeAfterTheFailureAreRemovedAtOnce() throws Exception {
        initializers.requestEnded(FAILED);
        finalized("late");
        assertEquals(List.of("+late", "-late"), log);
        initializers.begin();
        finalized("next");
        assertEquals(List.of("+late", "-late", "+next"), log);
    }

    @Test
    void earlierCallsOfTheControllerDoNotCount() throws Exception {
        finalized("one");
        initializers.begin();
        initializers.requestEnded(FAILED);
        assertEquals(List.of("+one"), log);
    }

    @Test
    void aResultThatOnlyBeginsWithZeroIsNoFailure() throws Exception {
        finalized("one");
        for (byte[] bytes :
                List.of(
                        new byte[0],
                        new byte[8],
                        new byte[9],
                        new byte[] {0, 1, 0, 0, 0, 0, 0, 0, 0})) {
            initializers.requestEnded(WrapperFunctionResult.of(bytes));
        }
        assertEquals(List.of("+one"), log);
    }

    @Test
    void otherActionsAreLeftAlone() {
        byte[] none = sections();
        byte[] empty = sections(section(0x2000), AddressRange.of(DYLIB, 0));
        byte[] one = sections(section(0x2000));
        byte[] longer = Arrays.copyOf(one, one.length + 1);
        for (AllocActionCallPair calls :
                List.of(
                        calls(none, none),
                        calls(empty, empty),
                        calls(one, none),
                        calls(longer, longer),
                        calls(new byte[0], new byte[0]))) {
            AllocationActions.Pair pair = actions("x", true);
            assertSame(pair, initializers.watch(calls, pair));
        }
        AllocationActions.Pair ours = actions("ours", false);
        assertSame(ours, initializers.watch(calls(one, one), ours));
    }
}
