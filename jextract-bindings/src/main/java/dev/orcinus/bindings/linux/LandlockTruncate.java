package dev.orcinus.bindings.linux;

/** {@code <linux/landlock.h>}, what Linux 6.2 has added (version 3). */
public final class LandlockTruncate {
    /** Compared only where the C header is as new as that. */
    public static final String IF_DEFINED = "LANDLOCK_ACCESS_FS_TRUNCATE";

    /** Make a file shorter. */
    public static final int LANDLOCK_ACCESS_FS_TRUNCATE = 1 << 14;

    private LandlockTruncate() {}
}
