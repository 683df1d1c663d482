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

    /** What every process may have open; so much is not asked for, to start faster. */
    private static final int USUAL = 1024;

    /**
     * Requires that a number of sessions can have their descriptors in this process.
     *
     * @throws IOException if they cannot
     */
    public static void requireHere(int sessions) throws IOException {
        if (needed(sessions) > USUAL) {
            current().require(sessions);
        }
    }

    private static long needed(int sessions) {
        return OF_THE_DAEMON + (long) OF_A_SESSION * sessions;
    }

    private static DescriptorLimit current() {
        POSIX posix = POSIXFactory.getNativePOSIX();
        return new DescriptorLimit(posix.getrlimit(RLIMIT.RLIMIT_NOFILE.intValue()).rlimCur());
    }

    /**
     * Requires that a number of sessions can have their descriptors.
     *
     * @throws IOException if they cannot
     */
    void require(int sessions) throws IOException {
        if (Long.compareUnsigned(needed(sessions), most) > 0) {
            throw new IOException(
                    "--sessions "
                            + sessions
                            + " may need "
                            + needed(sessions)
                            + " descriptors, and this process may have "
                            + most
                            + " (ulimit -Hn)");
        }
    }
}
