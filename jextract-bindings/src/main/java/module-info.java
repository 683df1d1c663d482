/**
 * Raw C calls through the Foreign Function and Memory API, one package per operating system and one
 * for what they share. Only this module is granted native access. It depends on no other, and
 * leaves all decisions to its callers.
 */
@SuppressWarnings("module") // the modules that it is exported to are compiled after it
module dev.orcinus.bindings {
    exports dev.orcinus.bindings.foreign to
            dev.orcinus.platform.linux,
            dev.orcinus.platform.macos,
            dev.orcinus.platform.posix;
    exports dev.orcinus.bindings.linux to
            dev.orcinus.platform.linux;
    exports dev.orcinus.bindings.macos to
            dev.orcinus.platform.macos;
    exports dev.orcinus.bindings.posix to
            dev.orcinus.platform.linux,
            dev.orcinus.platform.macos,
            dev.orcinus.platform.posix;
}
