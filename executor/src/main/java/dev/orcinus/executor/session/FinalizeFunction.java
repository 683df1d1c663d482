package dev.orcinus.executor.session;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;

/** A wrapper function that wants to know which allocation it is a finalize action of. */
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
