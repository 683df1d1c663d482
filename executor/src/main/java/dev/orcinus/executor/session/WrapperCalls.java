package dev.orcinus.executor.session;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.NoCodeException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Calls wrapper functions by address for one session: the functions of the process's table, those
 * that are offered at addresses in guest memory, and native code at all other addresses.
 * Thread-safe.
 */
final class WrapperCalls {
    private final Session session;
    private final WrapperTable table;
    private final Map<ExecutorAddress, OfferedFunction> offered = new ConcurrentHashMap<>();

    /** A wrapper function of ours at an address in guest memory. */
    private record OfferedFunction(WrapperFunction function, boolean registers) {}

    WrapperCalls(Session session, WrapperTable table) {
        this.session = session;
        this.table = table;
    }

    void offer(ExecutorAddress address, WrapperFunction function, boolean registers) {
        offered.put(address, new OfferedFunction(function, registers));
    }

    void withdraw(ExecutorAddress address) {
        offered.remove(address);
    }

    /**
     * Returns whether the function only registers something with this process, without running
     * guest code.
     */
    boolean isRegistration(ExecutorAddress function) {
        OfferedFunction offer = offered.get(function);
        return offer == null ? table.isRegistration(function) : offer.registers;
    }

    /**
     * Begins a call from the line and returns the answer. An error in the arguments fails this call
     * only; the rest of its frame is skipped.
     */
    Answer begin(ExecutorAddress address, SpsReader arguments) throws ProtocolException {
        WrapperFunction function = functionAt(address);
        return begin(
                function == null ? nativeFunction(address) : function,
                FinalizeContext.NONE,
                arguments);
    }

    private Answer begin(WrapperFunction function, FinalizeContext context, SpsReader arguments)
            throws ProtocolException {
        try {
            return function.call(session, context, arguments);
        } catch (MalformedSpsException e) {
            return Answer.now(
                    session.outOfBand(
                            "Could not deserialize arguments for wrapper function call: "
                                    + e.getMessage()));
        } catch (GuestGoneException e) {
            return Answer.now(session.gone(e.end()));
        } catch (RuntimeException | OutOfMemoryError e) {
            return Answer.now(session.outOfBand("internal error: " + e));
        }
    }

    /** Returns our function at an address, or null. */
    private WrapperFunction functionAt(ExecutorAddress address) {
        WrapperFunction function = table.at(address);
        if (function != null) {
            return function;
        }
        OfferedFunction offer = offered.get(address);
        return offer == null ? null : offer.function;
    }

    private WrapperFunction nativeFunction(ExecutorAddress address) {
        return (_, arguments) -> {
            byte[] copy = arguments.readRest();
            session.noteGuestCall();
            return Answer.onGuestThread(() -> callNative(address, MemorySegment.ofArray(copy)));
        };
    }

    private WrapperFunctionResult callNative(ExecutorAddress function, MemorySegment arguments) {
        try {
            CallOutcome<WrapperFunctionResult> outcome =
                    session.guest().calls().callWrapper(function, arguments);
            return outcome.isGone() ? session.gone(outcome) : outcome.value();
        } catch (NoCodeException e) {
            return session.outOfBand(
                    "call of wrapper function " + function + ": no executable memory there");
        }
    }

    /**
     * Calls a wrapper function on the calling thread, which must be one that guest code may block.
     */
    WrapperFunctionResult call(
            ExecutorAddress address, FinalizeContext context, MemorySegment arguments) {
        WrapperFunction function = functionAt(address);
        return function == null
                ? callNative(address, arguments)
                : call(function, context, arguments);
    }

    /**
     * Calls one of our wrapper functions on the calling thread, which must be one that guest code
     * may block.
     */
    WrapperFunctionResult call(
            WrapperFunction function, FinalizeContext context, MemorySegment arguments) {
        try {
            return begin(function, context, new SpsReader(arguments))
                    .await(session.guest().threads());
        } catch (ProtocolException | RejectedExecutionException e) {
            return session.outOfBand(e.getMessage());
        }
    }
}
