package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
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
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of initializers of objects whose link has failed. */
final class UnlinkedInitializersTest {
    private static final ExecutorAddress DYLIB = new ExecutorAddress(0x1000);
    private static final ExecutorAddress OTHER = new ExecutorAddress(0x5000);
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

    /** A step during a request. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** Makes a request for the initializers of a dylib, during which a step runs. */
    private void request(ExecutorAddress dylib, WrapperFunctionResult result, Step step) {
        request(new SpsWriter().writeAddress(dylib).toBytes(), result, step);
    }

    private void request(byte[] arguments, WrapperFunctionResult result, Step step) {
        assertSame(
                result,
                initializers.during(
                        MemorySegment.ofArray(arguments),
                        () -> {
                            assertDoesNotThrow(step::run);
                            return result;
                        }));
    }

    @Test
    void thoseOfAFailedLinkAreRemovedTheLastFirst() throws Exception {
        List<AllocationActions.Pair> one = new ArrayList<>();
        request(
                DYLIB,
                FAILED,
                () -> {
                    one.add(finalized("one"));
                    finalized("two");
                });
        assertEquals(List.of("+one", "+two", "-two", "-one"), log);
        one.getFirst().deallocAction().run();
        assertEquals(4, log.size(), "they are removed once");
    }

    @Test
    void thoseOfASuccessfulLinkStayUntilTheirMemoryGoes() throws Exception {
        List<AllocationActions.Pair> one = new ArrayList<>();
        request(DYLIB, LINKED, () -> one.add(finalized("one")));
        request(DYLIB, FAILED, () -> {});
        assertEquals(List.of("+one"), log);
        one.getFirst().deallocAction().run();
        assertEquals(List.of("+one", "-one"), log);
    }

    /** The controller reports the failure and finalizes the object at the same time. */
    @Test
    void thoseThatComeAfterTheFailureAreRemovedAtOnce() throws Exception {
        request(DYLIB, FAILED, () -> {});
        finalized("late");
        assertEquals(List.of("+late", "-late"), log);
        initializers.begin();
        finalized("next");
        assertEquals(List.of("+late", "-late", "+next"), log);
    }

    /** A symbol that is missing, or a request for initializers that has failed, is no reason. */
    @Test
    void anEarlierFailureLeavesThoseOfALaterRequest() throws Exception {
        request(
                new SpsWriter().writeAddress(DYLIB).writeString("missing").toBytes(),
                FAILED,
                () -> finalized("meanwhile"));
        finalized("between");
        request(DYLIB, FAILED, () -> {});
        request(OTHER, LINKED, () -> finalized("plugin"));
        finalized("after");
        assertEquals(List.of("+meanwhile", "+between", "+plugin", "+after"), log);
    }

    /** Objects of neither dylib may be of either. */
    @Test
    void requestsAtTheSameTimeHaveTheirOwn() throws Exception {
        ExecutorAddress third = new ExecutorAddress(0x7000);
        request(
                OTHER,
                LINKED,
                () -> {
                    request(DYLIB, FAILED, () -> finalized("one"));
                    request(third, FAILED, () -> finalized("shared"));
                });
        assertEquals(List.of("+one", "-one", "+shared"), log);
        log.clear();
        request(OTHER, FAILED, () -> request(third, FAILED, () -> finalized("unlinked")));
        assertEquals(List.of("+unlinked", "-unlinked"), log);
        log.clear();
        request(OTHER, FAILED, () -> request(third, LINKED, () -> finalized("linked")));
        assertEquals(List.of("+linked"), log);
    }

    @Test
    void whatWasBeforeTheRequestDoesNotCount() throws Exception {
        finalized("one");
        request(DYLIB, FAILED, () -> {});
        assertEquals(List.of("+one"), log);
    }

    @Test
    void aResultThatOnlyBeginsWithZeroIsNoFailure() throws Exception {
        for (byte[] bytes :
                List.of(
                        new byte[0],
                        new byte[8],
                        new byte[9],
                        new byte[] {0, 1, 0, 0, 0, 0, 0, 0, 0})) {
            request(DYLIB, WrapperFunctionResult.of(bytes), () -> finalized("one"));
        }
        assertEquals(List.of("+one", "+one", "+one", "+one"), log);
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
