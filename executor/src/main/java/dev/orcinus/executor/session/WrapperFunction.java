package dev.orcinus.executor.session;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * A wrapper function of ours. A call from the wire comes here directly; native code that holds its
 * address comes through a thunk.
 */
@FunctionalInterface
public interface WrapperFunction {
    /**
     * Serves a call. Must not block and must not run guest code: that is what {@link
     * Answer#onGuestThread} is for.
     *
     * @param arguments valid during the call only
     * @throws ProtocolException if they do not decode
     */
    Answer call(Session session, SpsReader arguments) throws ProtocolException;

    /**
     * Serves a call that may be a finalize action. Only a {@link FinalizeFunction} makes a
     * difference between the two.
     */
    default Answer call(Session session, FinalizeContext context, SpsReader arguments)
            throws ProtocolException {
        return call(session, arguments);
    }
}
