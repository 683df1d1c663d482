package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.spi.HostCallException;

/**
 * A state of an {@link IsolatedGuest} that it can return to: a copy of its process, which waits. It
 * costs memory for what the guest changes after it. Not restored are files, and what other
 * processes share with the guest; threads other than the guest's first are lost, and so are
 * libraries and thread-local storage that have been opened since.
 *
 * <p>What this process has done to the guest's memory since stays: ranges that it has mapped and
 * published have the content that they were filled with, and those that it has unmapped stay
 * unmapped. The same goes for functions that it has exported, for unwind info and for objects that
 * debuggers know.
 */
public interface GuestCheckpoint extends AutoCloseable {
    /**
     * Returns whether the guest is still in this state, but for what would stay if it returned to
     * it. What threads do that its code has made is not seen.
     */
    boolean isCurrent();

    /**
     * Ends the guest's process if it runs, and lets the copy go on in its place. The checkpoint is
     * used up; later ones are void.
     *
     * @throws HostCallException if the copy has ended
     */
    void restore() throws HostCallException;

    /** Gives the copy up, if it has not been used. */
    @Override
    void close();
}
