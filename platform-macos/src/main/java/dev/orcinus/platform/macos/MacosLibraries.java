package dev.orcinus.platform.macos;

import static dev.orcinus.bindings.macos.DarwinDlfcn.RTLD_GLOBAL;

import dev.orcinus.platform.posix.DynamicLibraries;

/**
 * Libraries of macOS. Those of the system are in no file of their own: {@code dlopen} finds them in
 * dyld's shared cache. The handle for all symbols of the process is {@code RTLD_DEFAULT}, which
 * {@code dlopen} returns for no name. The unwinder is part of libSystem.
 */
final class MacosLibraries extends DynamicLibraries {
    private static final String CXX_RUNTIME = "/usr/lib/libc++.1.dylib";

    MacosLibraries() {
        super(RTLD_GLOBAL);
    }

    @Override
    protected void openRuntimes() {
        openQuietly(CXX_RUNTIME);
    }
}
