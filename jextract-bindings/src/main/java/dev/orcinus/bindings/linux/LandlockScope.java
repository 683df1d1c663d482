package dev.orcinus.bindings.linux;

/** {@code <linux/landlock.h>}, what Linux 6.10 and 6.12 have added (versions 5 and 6). */
public final class LandlockScope {
    /** Compared only where the C header is as new as that. */
    public static final String IF_DEFINED = "LANDLOCK_SCOPE_SIGNAL";

    /** Call {@code ioctl} on a device that is opened later; version 5. */
    public static final int LANDLOCK_ACCESS_FS_IOCTL_DEV = 1 << 15;

    /** Connect to abstract Unix-domain sockets of others. */
    public static final int LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1;

    /** Send signals to others. */
    public static final int LANDLOCK_SCOPE_SIGNAL = 1 << 1;

    private LandlockScope() {}

    /** Offsets in {@code struct landlock_ruleset_attr}. */
    public static final class ScopedRulesetAttr {
        /** The C type. */
        public static final String C_TYPE = "struct landlock_ruleset_attr";

        /** What is forbidden with processes outside, 64 bits. */
        public static final long SCOPED = 16;

        private ScopedRulesetAttr() {}
    }
}
