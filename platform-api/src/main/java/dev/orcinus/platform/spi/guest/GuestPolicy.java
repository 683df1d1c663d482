package dev.orcinus.platform.spi.guest;

import java.util.Optional;

/**
 * What the code of a guest process may do. It is applied to the process before guest code is
 * loaded, cannot be taken back by that code, and holds for all its threads, for the checkpoints
 * that take its place, and for the processes that it starts.
 *
 * @param files the files that it may use; empty if all that its user may
 * @param isStrict whether it may open no sockets, execute no programs, and make none of the system
 *     calls that act on other processes or on the machine
 * @param quota how much of the system's resources it may take
 * @param isBestEffort whether what the system cannot enforce is left out; else no guest is started
 */
public record GuestPolicy(
        Optional<GuestFiles> files, boolean isStrict, GuestQuota quota, boolean isBestEffort) {
    /** Guest code may do what its user may. */
    public static final GuestPolicy NONE =
            new GuestPolicy(Optional.empty(), false, GuestQuota.NONE, false);

    /** Returns whether guest code may do what its user may. */
    public boolean isNone() {
        return files.isEmpty() && !isStrict && quota.isNone();
    }

    /** Returns the same policy, of which the system may leave out what it cannot enforce. */
    public GuestPolicy asBestEffort() {
        return new GuestPolicy(files, isStrict, quota, true);
    }
}
