/**
 * Raw C calls through the Foreign Function and Memory API, one package per operating system. The
 * only module that is granted native access; a leaf, with typed methods and without policy.
 */
@SuppressWarnings("module") // the modules that it is exported to are compiled after it
module dev.orcinus.bindings {
    exports dev.orcinus.bindings.foreign to
            dev.orcinus.platform.linux;
    exports dev.orcinus.bindings.linux to
            dev.orcinus.platform.linux;
}
