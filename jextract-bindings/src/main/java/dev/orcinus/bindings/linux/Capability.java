package dev.orcinus.bindings.linux;

/** {@code <linux/capability.h>}. */
public final class Capability {
    /** The version whose sets have 64 bits, in two structures. */
    public static final int _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    private Capability() {}
}
