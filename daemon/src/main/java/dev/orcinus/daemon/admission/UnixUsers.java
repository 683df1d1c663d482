package dev.orcinus.daemon.admission;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/**
 * The users of this machine, through JNR-POSIX, whose {@code getpwuid} also knows users of a
 * directory service, which are in no file. Thread-safe.
 */
public final class UnixUsers {
    private UnixUsers() {}

    /** Returns the name and the id of a user, as in {@code alice (1000)}. */
    public static synchronized String describe(int uid) {
        POSIX posix = POSIXFactory.getNativePOSIX();
        Passwd entry = posix.getpwuid(uid);
        return entry == null ? Integer.toString(uid) : entry.getLoginName() + " (" + uid + ")";
    }
}
