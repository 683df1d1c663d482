package dev.orcinus.executor.service;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * The service instance that the calls of LLVM's manager classes name first. A session has one of
 * each, so the value only has to be the one of the Setup message.
 */
final class Instance {
    private ExecutorAddress address = ExecutorAddress.NULL;

    /** Sets the address, once it is known. */
    void at(ExecutorAddress instance) {
        address = instance;
    }

    boolean is(ExecutorAddress candidate) {
        return candidate.equals(address);
    }

    /** Reads the argument. */
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
