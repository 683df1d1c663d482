/**
 * The logic that host and guest of Linux and macOS share. It has no host of its own: only the
 * platform modules use it.
 */
@SuppressWarnings("module") // the modules that it is exported to are compiled after it
module dev.orcinus.platform.posix {
    requires transitive dev.orcinus.bindings;
    requires transitive dev.orcinus.formats;
    requires transitive dev.orcinus.platform;

    exports dev.orcinus.platform.posix to
            dev.orcinus.platform.linux,
            dev.orcinus.platform.macos;
    exports dev.orcinus.platform.posix.channels to
            dev.orcinus.platform.linux,
            dev.orcinus.platform.macos;
}
