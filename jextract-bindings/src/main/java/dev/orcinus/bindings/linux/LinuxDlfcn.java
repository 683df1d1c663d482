package dev.orcinus.bindings.linux;

/** {@code <dlfcn.h>}. */
public final class LinuxDlfcn {
    /** Make the symbols available to libraries that are opened later. */
    public static final int RTLD_GLOBAL = 0x100;

    private LinuxDlfcn() {}
}
