package dev.orcinus.executor.service;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * The service instance that is the first argument of calls by LLVM's manager classes. A session has
 * one of each service, so the value must be that of the Setup message.
 */
final class Instance {
    private ExecutorAddress address = ExecutorAddress.NULL;

    /** Sets the address, when it is known. */
    void at(ExecutorAddress instance) {
        address = instance;
    }

    boolean is(ExecutorAddress candidate) {
        return candidate.equals(address);
    }

    /** Reads and checks the argument. */
    void read(SpsReader in) throws ProtocolException {
        long start = in.offset();
        ExecutorAddress given = in.readAddress();
        if (!is(given)) {
            throw new MalformedSpsException(
                    start,
                    "instance " + given + " is not the one of the Setup message, " + address);
        }
    }
}
