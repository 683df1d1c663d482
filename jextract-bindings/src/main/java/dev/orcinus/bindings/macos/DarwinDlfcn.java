package dev.orcinus.bindings.macos;

/** {@code <dlfcn.h>}. */
public final class DarwinDlfcn {
    /** Make the symbols available to libraries that are opened later. */
    public static final int RTLD_GLOBAL = 8;

    private DarwinDlfcn() {}
}
