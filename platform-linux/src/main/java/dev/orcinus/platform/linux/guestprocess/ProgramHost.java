package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.GuestEnd;

/** The duties of this process towards a program in a guest process, which is its only purpose. */
interface ProgramHost {
    /** Called before the program starts. */
    void beforeStart();

    /** Called after the program has started. */
    void afterStart();

    /** Ends this process because the program has ended. */
    void follow(GuestEnd end);
}
