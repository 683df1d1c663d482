package dev.orcinus.platform.posix;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.platform.spi.HostCallException;

/** Makes exceptions of failed calls; the texts are the system's. */
public interface CallErrors {
    /** Returns the text of an error number. */
    String text(int errno);

    /**
     * Returns the exception for a call that has just failed.
     *
     * @param call the call with its arguments
     * @param state the state that holds its {@code errno}
     */
    default HostCallException failed(String call, ErrnoState state) {
        return failed(call, state.errno());
    }

    /** Returns the exception for a call that failed with {@code errno}. */
    default HostCallException failed(String call, int errno) {
        return new HostCallException(call, errno, text(errno));
    }
}
