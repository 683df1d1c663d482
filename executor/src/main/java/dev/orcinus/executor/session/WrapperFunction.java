package dev.orcinus.executor.session;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * A wrapper function of ours. Calls from the line reach it directly; native code calls it through a
 * thunk.
 */
@FunctionalInterface
public interface WrapperFunction {
    /**
     * Serves a call. Must not block and must not run guest code; {@link Answer#onGuestThread} does
     * that.
     *
     * @param arguments the arguments, which are valid during the call only
     * @throws ProtocolException if the arguments cannot be decoded
     */
    Answer call(Session session, SpsReader arguments) throws ProtocolException;

    /**
     * Serves a call that may be a finalize action. Only a {@link FinalizeFunction} uses the
     * context.
     */
    default Answer call(Session session, FinalizeContext context, SpsReader arguments)
            throws ProtocolException {
        return call(session, arguments);
    }
}
