package dev.orcinus.executor.session;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An allocation action as the controller sent it: a call of a wrapper function that returns {@code
 * SPSError}.
 */
final class WireAction implements AllocationAction {
    private final WrapperCalls functions;
    private final FinalizeContext context;
    private final WrapperFunctionCall call;

    private WireAction(WrapperCalls functions, FinalizeContext context, WrapperFunctionCall call) {
        this.functions = functions;
        this.context = context;
        this.call = call;
    }

    /**
     * Binds the actions of a request to the functions of their session, and the finalize actions to
     * a context.
     *
     * @param initializers notes what is registered
     */
    static List<AllocationActions.Pair> bind(
            WrapperCalls functions,
            FinalizeContext context,
            List<AllocActionCallPair> pairs,
            UnlinkedInitializers initializers) {
        List<AllocationActions.Pair> bound = new ArrayList<>(pairs.size());
        for (AllocActionCallPair pair : pairs) {
            AllocationActions.Pair actions =
                    new AllocationActions.Pair(
                            bind(functions, context, pair.finalizeCall()),
                            bind(functions, FinalizeContext.NONE, pair.deallocCall()));
            bound.add(initializers.watch(pair, actions));
        }
        return bound;
    }

    private static AllocationAction bind(
            WrapperCalls functions, FinalizeContext context, WrapperFunctionCall call) {
        return call.isNone() ? AllocationAction.NONE : new WireAction(functions, context, call);
    }

    @Override
    public void run() throws ActionFailedException {
        WrapperFunctionResult result =
                functions.call(call.function(), context, MemorySegment.ofArray(call.arguments()));
        Optional<String> error =
                result instanceof WrapperFunctionResult.OutOfBandError(String message)
                        ? Optional.of(message)
                        : decode(result.wireBytes());
        if (error.isPresent()) {
            throw new ActionFailedException(error.get());
        }
    }

    private static Optional<String> decode(byte[] bytes) {
        try {
            return Sps.ERROR.read(new SpsReader(MemorySegment.ofArray(bytes)));
        } catch (ProtocolException e) {
            return Optional.of(
                    "Could not deserialize result from serialized wrapper function call: "
                            + e.getMessage());
        }
    }

    @Override
    public boolean runsGuestCode() {
        return !functions.isRegistration(call.function());
    }

    @Override
    public ExecutorAddress function() {
        return call.function();
    }
}
