package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;

/** The duties of this process towards a program in a guest process, which is its only purpose. */
interface ProgramHost {
    /** Called before the program starts. */
    void beforeStart();

    /** Called after the program has started. */
    void afterStart();

    /** Called when the guest is closed, once, whether its program has started or not. */
    void closed();

    /**
     * Ends a guest whose program has not started, and starts it again with another shape.
     *
     * @return the guest that has taken its place
     */
    ProcessGuest startAgain(ProcessGuest guest, ProgramShape shape) throws HostCallException;

    /** Ends this process because the program has ended. */
    void follow(GuestEnd end);
}
