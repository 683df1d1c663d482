package dev.orcinus.platform.linux.guestprocess.mailbox;

/**
 * How long both sides of a {@link Slot} look before they sleep. Calls of wrapper functions come in
 * series, such as the actions of an allocation: each of them takes some microseconds, and so does
 * what this process does between them, while to sleep and wake twice takes a multiple of both. So
 * both sides look longer for them, and find out apart from other calls whether that helps: a single
 * call is often one that lasts, such as the one that opens a library. One thread at a time may use
 * it.
 */
final class SlotLooks {
    /** How long we look before we sleep: about as long as it takes to sleep and wake. */
    private static final int NANOS = 30_000;

    /** How long we look while the guest's thread wakes. */
    private static final int WAKING_NANOS = 60_000;

    /** How often the guest looks: a pause takes 10 to 50 ns, and it has no clock. */
    static final int GUEST_LOOKS = 3_000;

    /** As long as a busy machine takes to sleep and wake twice. */
    private static final int SERIES_NANOS = 200_000;

    /** How often the guest looks in a series. */
    static final int GUEST_SERIES_LOOKS = 10_000;

    private final Looks ours = new Looks(NANOS);
    private final Looks oursWhileWaking = new Looks(WAKING_NANOS);
    private final Looks theirs = new Looks(GUEST_LOOKS);
    private final Looks oursInSeries = new Looks(SERIES_NANOS);
    private final Looks theirsInSeries = new Looks(GUEST_SERIES_LOOKS);
    private boolean isSeries;
    private Looks last = theirs;

    /** No looks so far; calls are single ones. */
    SlotLooks() {}

    /**
     * Sets whether calls belong to a series.
     *
     * @return whether they have done so before
     */
    boolean setSeries(boolean isSeriesNow) {
        boolean before = isSeries;
        isSeries = isSeriesNow;
        return before;
    }

    /** Returns ours for the next message of the guest, which may have to wake first. */
    Looks ours(boolean wakesGuest) {
        if (isSeries) {
            return oursInSeries;
        }
        return wakesGuest ? oursWhileWaking : ours;
    }

    /** Returns those that the guest has used to wait for the message that we send. */
    Looks lastOfGuest() {
        return last;
    }

    /** Returns those that the guest uses when it has answered that message. */
    Looks nextOfGuest() {
        last = isSeries ? theirsInSeries : theirs;
        return last;
    }
}
