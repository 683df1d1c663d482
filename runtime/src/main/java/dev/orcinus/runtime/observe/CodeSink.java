package dev.orcinus.runtime.observe;

import dev.orcinus.platform.spi.HostCallException;

/** An observer of linked code. It is told of one event at a time. */
public interface CodeSink {
    /** Takes note of code that is in place and has not run yet. */
    void arrived(LoadedCode code) throws HostCallException;

    /**
     * Takes note of code that is about to go; its memory is still there. It is also called for code
     * whose {@link #arrived} has failed.
     */
    void left(LoadedCode code) throws HostCallException;

    /** Takes note that the guest goes on in another process, in an earlier state. */
    default void processChanged() throws HostCallException {}
}
