package dev.orcinus.runtime.observe;

import dev.orcinus.platform.spi.HostCallException;

/** An observer of linked code. It is told of one thing at a time. */
public interface CodeSink {
    /** Code is in place, and has not run yet. */
    void arrived(LoadedCode code) throws HostCallException;

    /**
     * Code is about to go; its memory is still there. Also called for code whose arrival has failed
     * here.
     */
    void left(LoadedCode code) throws HostCallException;
}
