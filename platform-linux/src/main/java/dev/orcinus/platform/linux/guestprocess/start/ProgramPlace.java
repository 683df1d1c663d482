package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;

/** A place for the file of the guest's program, from which the system may execute it. */
interface ProgramPlace {
    /** Returns a name for messages. */
    String name();

    /** Returns a descriptor of a file with that content that nobody can change. */
    int open(byte[] content) throws HostCallException, IOException;
}
