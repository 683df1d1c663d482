package dev.orcinus.platform.linux.guestprocess.mailbox;

/**
 * How long one side of a {@link Slot} looks before it sleeps: not at all once that has been in vain
 * some times. It tries again after some messages that came quickly although it slept: after few,
 * because a library that was opened says nothing of the calls behind it; after more with each try
 * that fails, as on a machine that is busy or has one processor. One thread at a time may use it.
 */
final class Looks {
    /** How many looks in vain, one after the other, are enough. */
    static final int MOST_USELESS = 3;

    static final int FEWEST_QUICK = 2;
    static final int MOST_QUICK = 256;

    private final int most;
    private int useless;
    private int quick;
    private int needed = FEWEST_QUICK;

    /**
     * Looks at first.
     *
     * @param most how long, in the unit of the side that looks
     */
    Looks(int most) {
        this.most = most;
    }

    /** Returns how long to look for the next message; 0 to sleep at once. */
    int count() {
        return useless < MOST_USELESS || quick >= needed ? most : 0;
    }

    /**
     * Notes a message.
     *
     * @param helped whether the side that waited for it was awake
     * @param wasQuick whether it came quickly to a side that did not look
     */
    void note(boolean helped, boolean wasQuick) {
        if (helped) {
            useless = 0;
            quick = 0;
            needed = FEWEST_QUICK;
        } else if (useless < MOST_USELESS) {
            useless++;
        } else if (quick >= needed) {
            quick = 0;
            needed = Math.min(2 * needed, MOST_QUICK);
        } else if (wasQuick) {
            quick++;
        }
    }
}
