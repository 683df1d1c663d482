package dev.orcinus.executor.session;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The initializers of objects that a controller has finalized although something that they refer to
 * could not be linked. LLVM's runtime has them on its list of those that have not run, and would
 * run them with the next line of clang-repl, where they call into memory that has been freed. So
 * they are taken off its list when the runtime's request for initializers fails. Many threads may
 * use it.
 */
final class UnlinkedInitializers {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);

    private final Deque<AllocationAction> recent = new ArrayDeque<>();
    private boolean hasFailed;

    /** Notes that the controller calls guest code anew: earlier objects do not count any more. */
    synchronized void begin() {
        recent.clear();
        hasFailed = false;
    }

    /**
     * Notes the result of a request that guest code has made to the controller. If it is an error,
     * initializers of the objects that were finalized meanwhile are taken off the runtime's list.
     */
    void requestEnded(WrapperFunctionResult result) {
        for (AllocationAction removal : taken(isError(result.wireBytes()))) {
            removeNow(removal);
        }
    }

    private synchronized Deque<AllocationAction> taken(boolean isError) {
        Deque<AllocationAction> taken = new ArrayDeque<>(isError ? recent : new ArrayDeque<>());
        recent.clear();
        hasFailed = isError;
        return taken;
    }

    /** Takes initializers off the list. The runtime may not know them any more. */
    private static void removeNow(AllocationAction removal) {
        try {
            removal.run();
        } catch (AllocationAction.ActionFailedException _) {
            // it has nothing left that could run
        }
    }

    /** Returns whether bytes are an {@code SPSExpected} with an error. */
    private static boolean isError(byte[] bytes) {
        try {
            SpsReader in = new SpsReader(MemorySegment.ofArray(bytes));
            return SpsCodec.expected(Sps.BOOL).read(in) instanceof Expected.Failure<Boolean> failure
                    && !failure.message().isEmpty()
                    && in.offset() == bytes.length;
        } catch (ProtocolException _) {
            return false;
        }
    }

    /** Returns the actions of an object, which are noted if they concern its initializers. */
    AllocationActions.Pair watch(AllocActionCallPair calls, AllocationActions.Pair actions) {
        if (!actions.finalizeAction().runsGuestCode() || !isOfInitializers(calls)) {
            return actions;
        }
        AllocationAction removal = new Once(actions.deallocAction());
        return new AllocationActions.Pair(
                new Registration(actions.finalizeAction(), removal), removal);
    }

    /**
     * Returns whether calls register and deregister sections of initializers: both have the address
     * of a dylib and a sequence of ranges that are not empty.
     */
    private static boolean isOfInitializers(AllocActionCallPair calls) {
        byte[] bytes = calls.finalizeCall().arguments();
        if (calls.deallocCall().isNone()
                || !Arrays.equals(bytes, calls.deallocCall().arguments())) {
            return false;
        }
        try {
            SpsReader in = new SpsReader(MemorySegment.ofArray(bytes));
            boolean hasDylib = !in.readAddress().isNull();
            List<AddressRange> sections = RANGES.read(in);
            return hasDylib
                    && in.offset() == bytes.length
                    && !sections.isEmpty()
                    && sections.stream().noneMatch(AddressRange::isEmpty);
        } catch (ProtocolException _) {
            return false;
        }
    }

    private void registered(AllocationAction removal) {
        boolean isLate;
        synchronized (this) {
            isLate = hasFailed;
            if (!isLate) {
                recent.push(removal);
            }
        }
        if (isLate) {
            removeNow(removal);
        }
    }

    /** A removal that is done once: early, or when the object's memory goes. */
    private static final class Once implements AllocationAction {
        private final AllocationAction removal;
        private final AtomicBoolean isDone = new AtomicBoolean();

        Once(AllocationAction removal) {
            this.removal = removal;
        }

        @Override
        public void run() throws ActionFailedException {
            if (!isDone.getAndSet(true)) {
                removal.run();
            }
        }

        @Override
        public boolean runsGuestCode() {
            return removal.runsGuestCode();
        }

        @Override
        public ExecutorAddress function() {
            return removal.function();
        }
    }

    /** A registration, which is noted when it has succeeded. */
    private final class Registration implements AllocationAction {
        private final AllocationAction action;
        private final AllocationAction removal;

        Registration(AllocationAction action, AllocationAction removal) {
            this.action = action;
            this.removal = removal;
        }

        @Override
        public void run() throws ActionFailedException {
            action.run();
            registered(removal);
        }

        @Override
        public boolean runsGuestCode() {
            return action.runsGuestCode();
        }

        @Override
        public ExecutorAddress function() {
            return action.function();
        }
    }
}
