package dev.orcinus.bindings.macos;

/** {@code <sys/mman.h>}. */
public final class DarwinMman {
    /** At the given address, in place of what is there. */
    public static final int MAP_FIXED = 0x10;

    /** Not backed by a file. */
    public static final int MAP_ANON = 0x1000;

    /** Swap space is not set aside before it is used. */
    public static final int MAP_NORESERVE = 0x40;

    private DarwinMman() {}
}
