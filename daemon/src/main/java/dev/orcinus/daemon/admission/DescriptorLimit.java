package dev.orcinus.daemon.admission;

import java.io.IOException;
import jnr.constants.platform.RLIMIT;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The number of descriptors that this process may have open, through JNR-POSIX. A session takes
 * several; without this check the daemon would find out when it cannot accept one more.
 *
 * @param most the limit, after the JVM has raised it as far as it may
 */
public record DescriptorLimit(long most) {
    /** The socket, the guest's process, its mailbox, its memory, and a checkpoint. */
    private static final int OF_A_SESSION = 8;

    /** The files of the JVM, the listener, the control socket. */
    private static final int OF_THE_DAEMON = 100;

    /** Returns the limit of this process. */
    public static DescriptorLimit current() {
        POSIX posix = POSIXFactory.getNativePOSIX();
        return new DescriptorLimit(posix.getrlimit(RLIMIT.RLIMIT_NOFILE.intValue()).rlimCur());
    }

    /**
     * Requires that a number of sessions can have their descriptors.
     *
     * @throws IOException if they cannot
     */
    public void require(int sessions) throws IOException {
        long needed = OF_THE_DAEMON + (long) OF_A_SESSION * sessions;
        if (Long.compareUnsigned(needed, most) > 0) {
            throw new IOException(
                    "--sessions "
                            + sessions
                            + " may need "
                            + needed
                            + " descriptors, and this process may have "
                            + most
                            + " (ulimit -Hn)");
        }
    }
}
