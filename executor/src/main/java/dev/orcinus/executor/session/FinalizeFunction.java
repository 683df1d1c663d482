package dev.orcinus.executor.session;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * A wrapper function that is told to which allocation it belongs when it is called as a finalize
 * action.
 */
@FunctionalInterface
public interface FinalizeFunction extends WrapperFunction {
    @Override
    Answer call(Session session, FinalizeContext context, SpsReader arguments)
            throws ProtocolException;

    @Override
    default Answer call(Session session, SpsReader arguments) throws ProtocolException {
        return call(session, FinalizeContext.NONE, arguments);
    }
}
