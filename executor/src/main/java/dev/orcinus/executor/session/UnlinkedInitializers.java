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
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The initializers of objects that a controller has finalized although something that they refer to
 * could not be linked. LLVM's runtime has them on its list of those that have not run, and would
 * run them with the next line of clang-repl, where they call into memory that has been freed. So
 * they are taken off its list when the runtime's request for initializers fails. Other requests do
 * not count. Many threads may use it.
 */
final class UnlinkedInitializers {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);

    private final List<Request> open = new ArrayList<>();
    private boolean hasFailed;

    /** A request for the initializers of a dylib, and those of objects finalized meanwhile. */
    private static final class Request {
        private final ExecutorAddress dylib;
        private final Deque<AllocationAction> noted = new ArrayDeque<>();

        Request(ExecutorAddress dylib) {
            this.dylib = dylib;
        }
    }

    /** Notes that the controller calls guest code anew: what comes late does not count any more. */
    synchronized void begin() {
        hasFailed = false;
    }

    /**
     * Makes a request of guest code to the controller, and returns its result. If it is one for
     * initializers, whose only argument is the address of a dylib, and the result is an error, then
     * initializers of the objects that were finalized meanwhile are taken off the runtime's list.
     */
    WrapperFunctionResult during(MemorySegment arguments, Supplier<WrapperFunctionResult> call) {
        if (arguments.byteSize() != Long.BYTES) {
            return call.get();
        }
        Request request =
                opened(new ExecutorAddress(arguments.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)));
        try {
            WrapperFunctionResult result = call.get();
            ended(request, isError(result.wireBytes())).forEach(UnlinkedInitializers::removeNow);
            return result;
        } finally {
            forget(request);
        }
    }

    private synchronized Request opened(ExecutorAddress dylib) {
        Request request = new Request(dylib);
        open.add(request);
        hasFailed = false;
        return request;
    }

    /**
     * Returns what is to be taken off the list. What another request has noted as well may be of
     * that one, until one of them succeeds.
     */
    private synchronized List<AllocationAction> ended(Request request, boolean isError) {
        forget(request);
        hasFailed = isError;
        if (isError) {
            return request.noted.stream().filter(this::isNotedByNone).toList();
        }
        open.forEach(other -> other.noted.removeAll(request.noted));
        return List.of();
    }

    private boolean isNotedByNone(AllocationAction removal) {
        return open.stream().noneMatch(other -> other.noted.contains(removal));
    }

    private synchronized void forget(Request request) {
        open.remove(request);
    }

    /** Takes initializers off the list. The runtime may not know them any more. */
    private static void removeNow(AllocationAction removal) {
        try {
            removal.run();
        } catch (AllocationAction.ActionFailedException _) {
            // it has nothing left that could run
        }
    }

    /**
     * Returns whether bytes are an {@code SPSExpected} with an error. Its first byte says so; only
     * then it is read, because the answer to each line is one, and is some other value than this.
     */
    private static boolean isError(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != 0) {
            return false;
        }
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
        if (!actions.finalizeAction().runsGuestCode()) {
            return actions;
        }
        return dylibOfInitializers(calls).map(dylib -> watched(dylib, actions)).orElse(actions);
    }

    private AllocationActions.Pair watched(ExecutorAddress dylib, AllocationActions.Pair actions) {
        AllocationAction removal = new Once(actions.deallocAction());
        return new AllocationActions.Pair(
                new Registration(dylib, actions.finalizeAction(), removal), removal);
    }

    /**
     * Returns the dylib if calls register and deregister sections of initializers: both have the
     * address of a dylib and a sequence of ranges that are not empty.
     */
    private static Optional<ExecutorAddress> dylibOfInitializers(AllocActionCallPair calls) {
        byte[] bytes = calls.finalizeCall().arguments();
        if (calls.deallocCall().isNone()
                || !Arrays.equals(bytes, calls.deallocCall().arguments())) {
            return Optional.empty();
        }
        try {
            SpsReader in = new SpsReader(MemorySegment.ofArray(bytes));
            ExecutorAddress dylib = in.readAddress();
            List<AddressRange> sections = RANGES.read(in);
            boolean isWhole = in.offset() == bytes.length && !sections.isEmpty();
            return isWhole && !dylib.isNull() && sections.stream().noneMatch(AddressRange::isEmpty)
                    ? Optional.of(dylib)
                    : Optional.empty();
        } catch (ProtocolException _) {
            return Optional.empty();
        }
    }

    private void registered(ExecutorAddress dylib, AllocationAction removal) {
        if (isLate(dylib, removal)) {
            removeNow(removal);
        }
    }

    /** Notes initializers for the requests that they may be of; returns whether all have failed. */
    private synchronized boolean isLate(ExecutorAddress dylib, AllocationAction removal) {
        boolean isAsked = open.stream().anyMatch(request -> request.dylib.equals(dylib));
        for (Request request : open) {
            if (!isAsked || request.dylib.equals(dylib)) {
                request.noted.push(removal);
            }
        }
        return open.isEmpty() && hasFailed;
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
        private final ExecutorAddress dylib;
        private final AllocationAction action;
        private final AllocationAction removal;

        Registration(ExecutorAddress dylib, AllocationAction action, AllocationAction removal) {
            this.dylib = dylib;
            this.action = action;
            this.removal = removal;
        }

        @Override
        public void run() throws ActionFailedException {
            action.run();
            registered(dylib, removal);
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
